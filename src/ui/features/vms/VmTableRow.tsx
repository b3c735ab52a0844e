import { Td, Tr } from '@patternfly/react-table';
import { memo, useLayoutEffect, useRef } from 'react';
import { Cell } from '../../components/Cell.tsx';
import { formatBytes } from '../../components/format.ts';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { Status } from '../../components/Status.tsx';
import { ToggleCell } from '../../components/ToggleCell.tsx';
import { routeHref } from '../../shell/routes.ts';
import type { VmRow } from '../../store/selectors/vms.ts';
import { VmCpu } from './VmCpu.tsx';
import { VmDetails } from './VmDetails.tsx';
import { isAway, vmColumns, vmRowKey } from './vmList.ts';
import { protectionStatus, rowStatus, syncTone, syncWord } from './vmWords.ts';

interface VmTableRowProps {
  row: VmRow;
  index: number;
  observe: (element: HTMLElement | null) => void;
  onHeight: (index: number, pixels: number) => void;
  isOpen: boolean;
  onToggle: (key: string) => void;
}

/** One VM: a line, and below it its details when it is open. */
export const VmTableRow = memo(function VmTableRow({
  row,
  index,
  observe,
  onHeight,
  isOpen,
  onToggle,
}: VmTableRowProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  useLayoutEffect(() => {
    observe(body.current);
    return () => observe(null);
  }, [observe]);
  // The observer notices changes of size only, and this element may have shown another VM of another height before.
  useLayoutEffect(() => {
    if (body.current !== null) onHeight(index, body.current.offsetHeight);
  }, [onHeight, index, row, isOpen]);
  const key = vmRowKey(row);
  const keyBefore = useRef(key);
  useLayoutEffect(() => {
    if (keyBefore.current === key) return;
    keyBefore.current = key;
    // Else whoever works with the keyboard would be at another VM without having gone there.
    if (body.current?.contains(document.activeElement)) {
      body.current.closest('section')?.focus({ preventScroll: true });
    }
  }, [key]);
  const status = rowStatus(row);
  const protection = protectionStatus(row);
  return (
    <tbody ref={body} data-index={index}>
      <tr
        aria-rowindex={index + 2}
        className={`mm-row${isOpen ? ' mm-open' : ''}${row.live ? '' : ' mm-stale'}`}
      >
        <ToggleCell isOpen={isOpen} id={`vm-${row.uuid}`} onToggle={() => onToggle(key)} />
        <Cell label="Name" title={row.name} truncate>
          {row.name}
        </Cell>
        <Cell label="State">
          <Status tone={status.tone}>{status.word}</Status>
          {row.live ? null : <StaleBadge since={row.staleSince} />}
        </Cell>
        <Cell label="Home">{row.home}</Cell>
        <Cell label="Runs on">
          {row.runningOn.length === 0 ? <span className="mm-dim">–</span> : null}
          {row.runningOn.map((host, position) => (
            <span key={host.id}>
              {position > 0 ? ', ' : ''}
              <a href={routeHref({ screen: 'host', hostId: host.id })}>{host.name}</a>
            </span>
          ))}
          {isAway(row) ? <span className="mm-dim"> (away)</span> : null}
        </Cell>
        <Cell label="Memory">{formatBytes(row.shown.vm.memory)}</Cell>
        <Cell label="vCPU" className="mm-col-vcpus">
          {row.shown.vm.vcpus}
        </Cell>
        <Cell label="CPU">
          <VmCpu hostId={row.shown.host.id} uuid={row.uuid} />
        </Cell>
        <Cell label="Definition">
          <Status tone={syncTone[row.sync]}>{syncWord[row.sync]}</Status>
        </Cell>
        <Cell label="Protection">
          <Status tone={protection.tone}>{protection.word}</Status>
          {row.protected ? null : <div className="mm-because">because {firstReason(row)}</div>}
        </Cell>
      </tr>
      {isOpen ? (
        <Tr isExpanded>
          <Td colSpan={vmColumns.length + 1}>
            <VmDetails key={key} row={row} />
          </Td>
        </Tr>
      ) : null}
    </tbody>
  );
});

function firstReason(row: VmRow): string {
  const [first] = row.findings.filter((finding) => finding.severity === 'error');
  if (first === undefined) return 'of a reason its host does not tell';
  const title = first.title.charAt(0).toLowerCase() + first.title.slice(1);
  const more = row.findings.filter((finding) => finding.severity === 'error').length - 1;
  return more > 0 ? `${title} (and ${more} more)` : title;
}
