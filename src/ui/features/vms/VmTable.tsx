import { Table, TableContext, TableVariant, Th, Thead, Tr } from '@patternfly/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useRef, useState } from 'react';
import type { VmRow } from '../../store/selectors/vms.ts';
import { assignSlots } from './rowSlots.ts';
import { VmTableRow } from './VmTableRow.tsx';
import { type VmColumn, type VmSort, vmColumns, vmRowKey } from './vmList.ts';

const headings: Record<VmColumn, string> = {
  name: 'Name',
  state: 'State',
  home: 'Home',
  host: 'Runs on',
  memory: 'Memory',
  vcpus: 'vCPU',
  cpu: 'CPU',
  sync: 'Definition',
  protection: 'Protection',
};

/** Height in pixels of a folded row, until it has been measured. */
const ROW_HEIGHT = 38;

interface VmTableProps {
  rows: VmRow[];
  sort: VmSort;
  onSort: (sort: VmSort) => void;
  label: string;
}

/** Thousands of rows, of which only those in sight are in the page. */
export function VmTable({ rows, sort, onSort, label }: VmTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 2,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : vmRowKey(row);
    },
  });
  // The same function for ever: rows that have not changed are not rendered again.
  const onToggle = useCallback((key: string) => {
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  const items = virtualizer.getVirtualItems();
  const slots = useRef<ReadonlyMap<string, number>>(new Map());
  slots.current = assignSlots(
    slots.current,
    items.map(({ key }) => String(key)),
  );
  const { measureElement, resizeItem } = virtualizer;
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <section
      ref={scroller}
      className="mm-panel mm-vm-scroller"
      tabIndex={0}
      aria-label={`${label}, scrollable`}
    >
      <Table
        aria-label={label}
        variant="compact"
        isStickyHeader
        gridBreakPoint=""
        className="mm-vm-table"
        aria-rowcount={rows.length + 1}
      >
        <Headings sort={sort} onSort={onSort} />
        <Spacer height={before} />
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const key = vmRowKey(row);
          return (
            <VmTableRow
              key={slots.current.get(key)}
              row={row}
              index={item.index}
              observe={measureElement}
              onHeight={resizeItem}
              isOpen={open.has(key)}
              onToggle={onToggle}
            />
          );
        })}
        <Spacer height={after} />
      </Table>
    </section>
  );
}

/** What PatternFly's headings ask of their table. The table's own is another object each time it is drawn. */
const tableOfHeadings = { variant: TableVariant.compact };

/** Not drawn again while one scrolls: a heading of PatternFly's measures itself each time. */
const Headings = memo(function Headings({ sort, onSort }: Pick<VmTableProps, 'sort' | 'onSort'>) {
  return (
    <TableContext value={tableOfHeadings}>
      <Thead>
        <Tr aria-rowindex={1}>
          <Th screenReaderText="Details" className="mm-col-toggle" />
          {vmColumns.map((column, index) => (
            <Th
              key={column}
              className={`mm-col-${column}`}
              sort={{
                columnIndex: index,
                sortBy: { index: vmColumns.indexOf(sort.column), direction: sort.direction },
                onSort: (_event, _index, direction) => onSort({ column, direction }),
              }}
            >
              {headings[column]}
            </Th>
          ))}
        </Tr>
      </Thead>
    </TableContext>
  );
});

/** Stands for the rows that are not in the page. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tbody aria-hidden>
      <tr>
        {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- hidden from screen readers */}
        <td colSpan={vmColumns.length + 1} style={{ height, padding: 0, border: 0 }} />
      </tr>
    </tbody>
  );
}
