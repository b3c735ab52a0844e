import type { MouseEvent, ReactNode } from 'react';
import { count } from '../../../components/format.ts';
import type { ListRow } from '../model/listRows.ts';

interface HeadingLineProps {
  row: Exclude<ListRow, { kind: 'vm' }>;
  index: number;
  top: number;
  isActive: boolean;
  /** Where dropping would go. */
  isTarget: boolean;
  detail: ReactNode;
  actions: ReactNode;
  onClick: (index: number, event: MouseEvent) => void;
}

/** The line above the VMs of a tier, or above those that no tier lists. */
export function HeadingLine({
  row,
  index,
  top,
  isActive,
  isTarget,
  detail,
  actions,
  onClick,
}: HeadingLineProps) {
  const classes = ['mm-prio-line', 'mm-prio-heading'];
  if (isTarget) classes.push('mm-prio-target');
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid handles the keys of all its rows
    <div
      role="row"
      id={`prio-${row.key}`}
      className={classes.join(' ')}
      aria-rowindex={index + 2}
      tabIndex={isActive ? 0 : -1}
      data-key={row.key}
      onClick={(event) => onClick(index, event)}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" aria-colspan={7} className="mm-prio-heading-cell">
        <strong>{row.kind === 'tier' ? row.name : 'In no tier'}</strong>
        <span className="mm-dim">{count(row.size, 'VM')}</span>
        <span className="mm-dim mm-prio-cut mm-grow">{detail}</span>
        {actions}
      </span>
    </div>
  );
}
