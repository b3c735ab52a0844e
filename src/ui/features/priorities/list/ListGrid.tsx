import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useEffect,
} from 'react';
import type { ListRow } from '../model/listRows.ts';
import type { ClusterVms } from '../useClusterVms.ts';
import type { Outcomes } from '../whatif/outcomes.ts';
import { heightOf } from './geometry.ts';
import { HeadingLine } from './HeadingLine.tsx';
import { VmLine, type VmLineProps } from './VmLine.tsx';

export interface ListGridProps {
  label: string;
  scroller: RefObject<HTMLDivElement | null>;
  rows: ListRow[];
  edges: number[];
  vms: ClusterVms;
  marks: ReadonlyMap<string, string>;
  outcomes: Outcomes;
  selected: ReadonlySet<string>;
  /** Index of the row that has the focus, or gets it. */
  active: number;
  carried: ReadonlySet<string>;
  gap: number | null;
  onClick: (index: number, event: MouseEvent) => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  onFocus: (event: FocusEvent<HTMLElement>) => void;
  register: VmLineProps['register'];
  headingDetail: (row: ListRow) => ReactNode;
  headingActions: (row: ListRow) => ReactNode;
  /** Below the headings of the columns and above the rows: what is said when there are none. */
  empty: ReactNode;
}

const columns = ['', 'No.', 'Virtual machine', 'Home', 'Memory', 'Rules', 'If they failed'];

/** Thousands of rows of known heights, of which only those in sight are in the page. */
export function ListGrid(props: ListGridProps) {
  const { scroller, rows, edges, active, carried, gap, selected, outcomes } = props;
  const carriedIndex = carried.size === 0 ? -1 : rows.findIndex((row) => carried.has(row.key));
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 10,
    // The row with the focus must stay, and the one being dragged: the browser tells it when the drag is over.
    rangeExtractor: (range) => withIndexes(range, [active, carriedIndex]),
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rows]);
  const wanted = gap ?? active;
  useEffect(() => {
    if (wanted >= 0 && scroller.current?.contains(document.activeElement) === true)
      virtualizer.scrollToIndex(wanted, { align: 'auto' });
  }, [virtualizer, wanted, scroller]);

  return (
    <div
      className="mm-prio-grid"
      role="grid"
      aria-label={props.label}
      aria-multiselectable
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className="mm-prio-columns">
          {columns.map((column, index) => (
            <span
              key={column}
              role="columnheader"
              className={index === 1 || index === 4 ? 'mm-prio-number' : ''}
            >
              {column === '' ? <span className="pf-v6-screen-reader">Handle</span> : column}
            </span>
          ))}
        </div>
      </div>
      {props.empty}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the rows inside */}
      <div
        role="rowgroup"
        ref={scroller}
        className="mm-prio-scroller"
        onKeyDown={props.onKeyDown}
        onFocus={props.onFocus}
      >
        <div role="presentation" className="mm-prio-lines" style={{ height: edges.at(-1) ?? 0 }}>
          {virtualizer.getVirtualItems().map(({ index, key }) => {
            const row = rows[index];
            if (row === undefined) return null;
            if (row.kind !== 'vm') {
              return (
                <HeadingLine
                  key={key}
                  row={row}
                  index={index}
                  top={edges[index] ?? 0}
                  isActive={index === active}
                  isTarget={gap !== null && isUnder(rows, gap, index)}
                  detail={props.headingDetail(row)}
                  actions={props.headingActions(row)}
                  onClick={props.onClick}
                />
              );
            }
            return (
              <VmLine
                key={key}
                row={row}
                index={index}
                top={edges[index] ?? 0}
                name={props.vms.nameOf(row.uuid)}
                vm={props.vms.byUuid.get(row.uuid)}
                marks={props.marks.get(row.uuid)}
                outcome={outcomes.get(row.uuid)}
                isSelected={selected.has(row.uuid)}
                isActive={index === active}
                isCarried={carried.has(row.uuid)}
                onClick={props.onClick}
                register={props.register}
              />
            );
          })}
          {gap === null ? null : (
            <div
              className="mm-prio-gap"
              aria-hidden
              style={{ transform: `translateY(${edges[gap + 1] ?? 0}px)` }}
            />
          )}
        </div>
      </div>
    </div>
  );
}

function withIndexes(range: Range, more: number[]): number[] {
  const indexes = new Set(defaultRangeExtractor(range));
  for (const index of more) if (index >= 0 && index < range.count) indexes.add(index);
  return [...indexes].sort((a, b) => a - b);
}

/** Whether the gap belongs to the heading at `index`. */
function isUnder(rows: readonly ListRow[], gap: number, index: number): boolean {
  const [row, heading] = [rows[gap], rows[index]];
  if (row === undefined || heading === undefined) return false;
  if (heading.kind === 'unlisted') return row.kind === 'unlisted';
  return row.kind !== 'unlisted' && heading.kind === 'tier' && row.tier === heading.tier;
}
