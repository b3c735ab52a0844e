import { Tbody, Td, Tr } from '@patternfly/react-table';
import type { Plan } from '../../../contract/plan.ts';
import { formatDuration } from '../../components/format.ts';
import { Status } from '../../components/Status.tsx';
import { RecordVmDetails } from './RecordVmDetails.tsx';
import { attemptWord, type RecordVm, standingOf } from './recordVms.ts';

interface RecordVmRowProps {
  row: RecordVm;
  index: number;
  /** What the plan said of this VM; null: it had no part in it. */
  planned: Plan['vms'][number] | null;
  isRunning: boolean;
  isOpen: boolean;
  toggle: () => void;
}

export function RecordVmRow({ row, index, planned, isRunning, isOpen, toggle }: RecordVmRowProps) {
  const { vm, afterMs } = row;
  const standing = standingOf(vm, isRunning);
  const elsewhere = vm.host !== undefined && vm.planned !== undefined && vm.host !== vm.planned.host;
  return (
    <Tbody isExpanded={isOpen}>
      <Tr>
        <Td
          expand={{
            rowIndex: index,
            isExpanded: isOpen,
            onToggle: toggle,
            expandId: `record-vm-${vm.uuid}`,
          }}
        />
        <Td dataLabel="#" className="mm-figure">
          {vm.planned?.position ?? <span className="mm-dim">–</span>}
        </Td>
        <Td dataLabel="VM" modifier="breakWord">
          {vm.name}
        </Td>
        <Td dataLabel="Tier" className="mm-dim" modifier="breakWord">
          {vm.tierName}
        </Td>
        <Td dataLabel="Planned">{vm.planned?.host ?? <span className="mm-dim">–</span>}</Td>
        <Td dataLabel="Runs on">
          {vm.host ?? <span className="mm-dim">–</span>}
          {elsewhere ? <div className="mm-dim">not as planned</div> : null}
        </Td>
        <Td dataLabel="Outcome">
          <Status tone={standing.tone}>{standing.word}</Status>
        </Td>
        <Td dataLabel="Ran after" className="mm-figure">
          {afterMs === null ? <span className="mm-dim">–</span> : formatDuration(afterMs)}
        </Td>
        <Td dataLabel="Starts">
          <Bars row={row} />
        </Td>
      </Tr>
      {isOpen ? (
        <Tr isExpanded>
          <Td colSpan={9}>
            <RecordVmDetails vm={vm} planned={planned} />
          </Td>
        </Tr>
      ) : null}
    </Tbody>
  );
}

/** Attempts on the failover's scale. What they show stands in words in the details. */
function Bars({ row: { bars, vm } }: { row: RecordVm }) {
  if (bars.length === 0) return <span className="mm-dim">none</span>;
  const words = vm.attempts.map(
    ({ host }, index) => `${host}: ${attemptWord[bars[index]?.outcome ?? 'unknown']}`,
  );
  return (
    <span className="mm-bars" role="img" aria-label={words.join('; ')} title={words.join('\n')}>
      {bars.map(({ outcome, from, width }, index) => (
        <span
          // Attempts are only ever added.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          className={`mm-bar-part mm-bar-${outcome ?? 'unknown'}`}
          style={{ insetInlineStart: `${from}%`, width: `${width}%` }}
        />
      ))}
    </span>
  );
}
