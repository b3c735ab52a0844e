import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Policy } from '../../../../contract/policy.ts';
import type { Change } from '../model/change.ts';
import { dropChange, gapAbove, inOrder, isGap, type ListRow, stepChange } from '../model/listRows.ts';
import { vmsText } from '../words.ts';
import { edgesOf, gapAt } from './geometry.ts';
import { type ListCommand, listCommand } from './keys.ts';
import { placeText } from './placeText.ts';
import { movedWith, nothingSelected, type Selection, selectAll, selectRow } from './selection.ts';
import { useMouseDrag } from './useMouseDrag.ts';

/** VMs on their way to another place. */
export interface Carry {
  by: 'mouse' | 'keyboard';
  vms: string[];
  /** Index of the row below which they would be dropped; null: nowhere. */
  gap: number | null;
  /** What dropping them there means. */
  change: Change | null;
}

interface OrderList {
  policy: Policy;
  rows: ListRow[];
  nameOf: (uuid: string) => string;
  readOnly: boolean;
  carry: Carry | null;
  setCarry: (carry: Carry | null) => void;
  change: (change: Change) => void;
  openMoveTo: (vms: string[]) => void;
  openRules: (vms: string[]) => void;
}

/** Rows that page up and page down go. */
const PAGE = 15;

/** Choosing and moving VMs in the list, with the mouse and with the keyboard. */
export function useOrderList(list: OrderList) {
  const { policy, rows, nameOf, readOnly, carry, setCarry, change } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const [selection, setSelection] = useState<Selection>(nothingSelected);
  const [announcement, announce] = useState('');
  const edges = useMemo(() => edgesOf(rows), [rows]);
  const found = rows.findIndex(({ key }) => key === selection.active);
  const active = found >= 0 ? found : 0;
  const carried = useMemo(() => new Set(carry?.vms), [carry?.vms]);

  // The focus follows the active row, but never comes from elsewhere.
  const wantsFocus = useRef(false);
  useLayoutEffect(() => {
    const inside = scroller.current?.contains(document.activeElement) === true;
    if (!inside && !wantsFocus.current) return;
    if (inside && document.activeElement?.getAttribute('role') !== 'row' && !wantsFocus.current) return;
    wantsFocus.current = false;
    const key = rows[active]?.key;
    const element = [...(scroller.current?.querySelectorAll<HTMLElement>('[data-key]') ?? [])].find(
      ({ dataset }) => dataset.key === key,
    );
    element?.focus({ preventScroll: true });
  }, [rows, active, selection]);

  const say = (vms: readonly string[], what: string) => announce(`${vmsText(vms, nameOf)}: ${what}`);

  const put = (done: Change, vms: string[]) => {
    change(done);
    say(vms, placeText(done, nameOf));
    wantsFocus.current = true;
    setSelection((now) => ({ ...now, active: vms[0] ?? now.active }));
  };

  const moveGap = (now: Carry, gap: number | null) => {
    if (gap === now.gap) return;
    const next = gap === null ? null : dropChange(policy, rows, gap, now.vms);
    setCarry({ ...now, gap, change: next });
    if (now.by === 'keyboard' && next !== null) announce(placeText(next, nameOf));
  };

  const pickUp = (uuid: string, by: Carry['by']) => {
    const vms = inOrder(rows, movedWith(selection, uuid));
    if (!selection.vms.has(uuid)) {
      setSelection({ vms: new Set([uuid]), active: uuid, anchor: uuid });
    }
    const first = rows.findIndex((row) => row.key === vms[0]);
    const gap = by === 'mouse' ? null : gapAbove(rows, first, new Set(vms));
    setCarry({ by, vms, gap, change: null });
    if (by === 'keyboard') say(vms, 'picked up. Arrow keys move, Space drops, Escape puts back.');
  };

  const drop = (wanted: Change | null = carry?.change ?? null) => {
    setCarry(null);
    if (carry !== null && wanted !== null) put(wanted, carry.vms);
  };

  const cancel = () => {
    setCarry(null);
    if (carry !== null) say(carry.vms, 'put back, nothing has changed.');
  };

  const register = useMouseDrag(scroller, {
    label: (uuid) => vmsText(inOrder(rows, movedWith(selection, uuid)), nameOf),
    onStart: (uuid) => pickUp(uuid, 'mouse'),
    onOver: (y) => {
      if (carry !== null) moveGap(carry, gapAt(rows, edges, y, carried));
    },
    onLeave: () => {
      if (carry !== null) moveGap(carry, null);
    },
    onDrop: (y) => {
      const gap = carry === null ? null : gapAt(rows, edges, y, carried);
      drop(carry === null || gap === null ? null : dropChange(policy, rows, gap, carry.vms));
    },
    onCancel: cancel,
  });

  const go = (command: Extract<ListCommand, { do: 'go' }>, from: number) => {
    if (carry !== null) {
      moveGap(carry, gapTo(rows, carried, carry.gap ?? 0, command.to));
      return;
    }
    const index = indexTo(rows.length, from, command.to);
    const extend = command.extend ? 'range' : 'focus';
    setSelection((now) =>
      selectRow(now.anchor === null ? { ...now, anchor: rows[from]?.key ?? null } : now, rows, index, extend),
    );
  };

  /** `from` is the index of the row with the focus. */
  const run = (command: ListCommand, from: number) => {
    const row = rows[from];
    const uuid = row?.kind === 'vm' ? row.uuid : null;
    switch (command.do) {
      case 'go':
        return go(command, from);
      case 'drop':
        return drop();
      case 'cancel':
        return cancel();
      case 'clear':
        return setSelection((now) => ({ ...now, vms: new Set(), anchor: null }));
      case 'select-all':
        return setSelection((now) => selectAll(now, rows));
      case 'toggle':
        return setSelection((now) => selectRow(now, rows, from, 'toggle'));
      case 'pick-up':
        return uuid === null || readOnly ? undefined : pickUp(uuid, 'keyboard');
      case 'step': {
        if (uuid === null || readOnly) return undefined;
        const vms = movedWith(selection, uuid);
        const done = stepChange(policy, rows, vms, command.direction);
        if (done === null)
          return announce(command.direction < 0 ? 'This is the first place.' : 'This is the last place.');
        return put(done, inOrder(rows, vms));
      }
      case 'move-to':
      case 'rules': {
        if (uuid === null || readOnly) return undefined;
        const vms = inOrder(rows, movedWith(selection, uuid));
        return command.do === 'rules' ? list.openRules(vms) : list.openMoveTo(vms);
      }
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // Keys in a heading's own buttons are theirs.
    if (!(event.target instanceof HTMLElement) || event.target.getAttribute('role') !== 'row') return;
    const command = listCommand(event, carry?.by === 'keyboard');
    if (command === null) return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
    const { key } = event.target.dataset;
    run(
      command,
      rows.findIndex((row) => row.key === key),
    );
  };

  /** Wherever the focus came from (a click, a screen reader), the row with the focus is the active one. */
  const onFocus = (event: FocusEvent<HTMLElement>) => {
    const key = event.target.dataset.key;
    if (key !== undefined) setSelection((now) => (now.active === key ? now : { ...now, active: key }));
  };

  const latestRows = useRef(rows);
  useLayoutEffect(() => {
    latestRows.current = rows;
  });
  const onClick = useCallback((index: number, event: MouseEvent) => {
    const extend = event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'only';
    setSelection((now) => selectRow(now, latestRows.current, index, extend));
  }, []);

  return {
    scroller,
    edges,
    active,
    carried,
    selection,
    announcement,
    register: readOnly ? null : register,
    onKeyDown,
    onFocus,
    onClick,
    /** Chosen VMs in restart order. */
    chosen: useMemo(() => inOrder(rows, selection.vms), [rows, selection.vms]),
  };
}

function indexTo(size: number, index: number, to: Extract<ListCommand, { do: 'go' }>['to']): number {
  const target = {
    up: index - 1,
    down: index + 1,
    'page-up': index - PAGE,
    'page-down': index + PAGE,
    first: 0,
    last: size - 1,
  };
  return Math.min(size - 1, Math.max(0, target[to]));
}

function gapTo(
  rows: readonly ListRow[],
  carried: ReadonlySet<string>,
  gap: number,
  to: Extract<ListCommand, { do: 'go' }>['to'],
): number {
  const gaps = rows.flatMap((_, index) => (isGap(rows, index, carried) ? [index] : []));
  const here = gaps.findLastIndex((index) => index <= gap);
  return gaps[indexTo(gaps.length, Math.max(0, here), to)] ?? gap;
}
