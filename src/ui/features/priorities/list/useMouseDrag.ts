import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { pointerOutsideOfPreview } from '@atlaskit/pragmatic-drag-and-drop/element/pointer-outside-of-preview';
import { setCustomNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview';
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react';

interface MouseDrag {
  /** What is written beside the pointer while `uuid` is dragged. */
  label: (uuid: string) => string;
  onStart: (uuid: string) => void;
  /** Over the list, at so many pixels from its upper end. */
  onOver: (y: number) => void;
  /** No longer over the list. */
  onLeave: () => void;
  /** At so many pixels from its upper end: the browser may let go before it has told of the last movement. */
  onDrop: (y: number) => void;
  onCancel: () => void;
}

const KIND = 'priority-vms';

/** Dragging with the mouse. The whole list is one drop target, so that a drag over thousands of rows asks for none of them. */
export function useMouseDrag(scroller: RefObject<HTMLElement | null>, drag: MouseDrag) {
  const latest = useRef(drag);
  useLayoutEffect(() => {
    latest.current = drag;
  });

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const isOurs = (data: Record<string | symbol, unknown>) => data.kind === KIND;
    const inList = (clientY: number) => clientY - element.getBoundingClientRect().top + element.scrollTop;
    const over = (clientY: number) => latest.current.onOver(inList(clientY));
    return combine(
      dropTargetForElements({
        element,
        canDrop: ({ source }) => isOurs(source.data),
        onDragEnter: ({ location }) => over(location.current.input.clientY),
        onDrag: ({ location }) => over(location.current.input.clientY),
        onDragLeave: () => latest.current.onLeave(),
      }),
      monitorForElements({
        canMonitor: ({ source }) => isOurs(source.data),
        onDragStart: ({ source }) => latest.current.onStart(String(source.data.uuid)),
        onDrop: ({ location }) =>
          location.current.dropTargets.some((target) => target.element === element)
            ? latest.current.onDrop(inList(location.current.input.clientY))
            : latest.current.onCancel(),
      }),
      autoScrollForElements({ element, canScroll: ({ source }) => isOurs(source.data) }),
    );
  }, [scroller]);

  /** Makes a row draggable; answers with how to end that. */
  return useCallback(
    (uuid: string, element: HTMLElement) =>
      draggable({
        element,
        getInitialData: () => ({ kind: KIND, uuid }),
        onGenerateDragPreview: ({ nativeSetDragImage }) =>
          setCustomNativeDragPreview({
            nativeSetDragImage,
            getOffset: pointerOutsideOfPreview({ x: '1rem', y: '0.5rem' }),
            render: ({ container }) => {
              const preview = document.createElement('div');
              preview.className = 'mm-prio-preview';
              preview.textContent = latest.current.label(uuid);
              container.append(preview);
            },
          }),
      }),
    [],
  );
}
