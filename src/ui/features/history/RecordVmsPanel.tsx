import { Button } from '@patternfly/react-core';
import { Table, Th, Thead, Tr } from '@patternfly/react-table';
import { useMemo, useState } from 'react';
import type { FailoverRecord } from '../../../contract/failover.ts';
import { Bounded } from '../../components/Bounded.tsx';
import { useNow } from '../../components/clock.ts';
import { formatDuration } from '../../components/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { RecordVmRow } from './RecordVmRow.tsx';
import { recordVms, spanMs } from './recordVms.ts';

interface RecordVmsPanelProps {
  record: FailoverRecord;
  isRunning: boolean;
}

/** Every VM of a failover: what was planned, what was tried, what came of it and when. */
export function RecordVmsPanel({ record, isRunning }: RecordVmsPanelProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const now = useNow();
  const rows = useMemo(() => recordVms(record, now), [record, now]);
  const allOpen = rows.length > 0 && rows.every(({ vm }) => open.has(vm.uuid));
  const toggle = (uuid: string) => {
    const next = new Set(open);
    if (!next.delete(uuid)) next.add(uuid);
    setOpen(next);
  };
  if (rows.length === 0) {
    return (
      <Panel title="Virtual machines">
        <p className="mm-dim">
          {record.times.planned === undefined && record.times.ended === undefined
            ? 'Which VMs are concerned is not known yet.'
            : 'No VM ran on this host when it failed.'}
        </p>
      </Panel>
    );
  }
  return (
    <Panel
      title="Virtual machines"
      className="mm-scroll-x"
      summary={<span className="mm-dim">in restart order; bars show when each start was tried</span>}
      actions={
        <Button
          variant="link"
          isInline
          onClick={() => setOpen(allOpen ? new Set() : new Set(rows.map(({ vm }) => vm.uuid)))}
        >
          {allOpen ? 'Fold all' : 'Unfold all'}
        </Button>
      }
    >
      <Bounded rows={rows.length} label="Virtual machines of this failover">
        <Table aria-label="Virtual machines of this failover" variant="compact" className="mm-record-vms">
          <Thead>
            <Tr>
              <Th screenReaderText="Details" className="mm-col-fold" />
              <Th className="mm-figure mm-col-position">#</Th>
              <Th className="mm-col-vm">VM</Th>
              <Th className="mm-col-where">Tier</Th>
              <Th className="mm-col-where">Planned</Th>
              <Th className="mm-col-where">Runs on</Th>
              <Th className="mm-col-outcome">Outcome</Th>
              <Th className="mm-figure mm-col-after">Ran after</Th>
              <Th>Starts, from 0 to {formatDuration(spanMs(record, now))}</Th>
            </Tr>
          </Thead>
          {rows.map((row, index) => (
            <RecordVmRow
              key={row.vm.uuid}
              row={row}
              index={index}
              planned={record.plan?.vms.find(({ uuid }) => uuid === row.vm.uuid) ?? null}
              isRunning={isRunning}
              isOpen={open.has(row.vm.uuid)}
              toggle={() => toggle(row.vm.uuid)}
            />
          ))}
        </Table>
      </Bounded>
    </Panel>
  );
}
