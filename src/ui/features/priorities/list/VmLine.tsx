import { GripVerticalIcon } from '@patternfly/react-icons';
import { type MouseEvent, memo, useEffect, useRef } from 'react';
import { formatBytes } from '../../../components/format.ts';
import type { VmRow } from '../../../store/selectors/vms.ts';
import type { VmListRow } from '../model/listRows.ts';
import type { Outcome } from '../whatif/outcomes.ts';
import { OutcomeCell } from './OutcomeCell.tsx';

export interface VmLineProps {
  row: VmListRow;
  index: number;
  top: number;
  name: string;
  vm: VmRow | undefined;
  marks: string | undefined;
  outcome: Outcome | undefined;
  isSelected: boolean;
  isActive: boolean;
  isCarried: boolean;
  onClick: (index: number, event: MouseEvent) => void;
  /** Makes the line draggable; answers with how to end that. Absent: nothing can be moved. */
  register: ((uuid: string, element: HTMLElement) => () => void) | null;
}

export const VmLine = memo(function VmLine(props: VmLineProps) {
  const { row, index, top, name, vm, marks, outcome, isSelected, isActive, isCarried, register } = props;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (register === null || element.current === null) return undefined;
    return register(row.uuid, element.current);
  }, [register, row.uuid]);
  const classes = ['mm-prio-line', 'mm-prio-vm'];
  if (isSelected) classes.push('mm-prio-selected');
  if (isCarried) classes.push('mm-prio-carried');
  if (row.tier === null) classes.push('mm-prio-unlisted');
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid handles the keys of all its rows
    <div
      ref={element}
      role="row"
      id={`prio-${row.key}`}
      className={classes.join(' ')}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isActive ? 0 : -1}
      data-key={row.key}
      onClick={(event) => props.onClick(index, event)}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" className="mm-prio-handle">
        {register === null ? null : <GripVerticalIcon aria-hidden />}
      </span>
      <span role="gridcell" className="mm-prio-number">
        {row.tier === null ? '–' : row.position}
      </span>
      <span
        role="gridcell"
        className={vm === undefined ? 'mm-prio-name mm-dim' : 'mm-prio-name'}
        title={name}
      >
        {name}
      </span>
      <span role="gridcell" className="mm-prio-cut">
        {vm?.home ?? 'not seen'}
      </span>
      <span role="gridcell" className="mm-prio-number">
        {vm === undefined ? '–' : formatBytes(vm.shown.vm.memory)}
      </span>
      <span role="gridcell" className="mm-prio-cut mm-dim" title={marks}>
        {marks}
      </span>
      <span role="gridcell" className="mm-prio-outcome">
        <OutcomeCell vm={vm} outcome={outcome} />
      </span>
    </div>
  );
});
