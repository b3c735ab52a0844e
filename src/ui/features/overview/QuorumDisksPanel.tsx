import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Bounded } from '../../components/Bounded.tsx';
import { formatPart } from '../../components/format.ts';
import { Meter } from '../../components/Meter.tsx';
import { Panel } from '../../components/Panel.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { Status } from '../../components/Status.tsx';
import { SyncState } from '../../components/SyncState.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { type QuorumDiskRow, quorumDiskRows } from '../../store/selectors/quorumDisks.ts';
import { flawTone, placementStatus } from './quorumDiskStatus.ts';

export function QuorumDisksPanel({ cluster }: { cluster: Cluster }) {
  const sections = useConsole((state) => state.sections.quorumDisks);
  const rows = quorumDiskRows(cluster, sections);
  const live = cluster.viewFrom.freshness === 'live';
  return (
    <Panel title="Quorum disks">
      {rows.length === 0 ? (
        <p className="mm-dim">
          This cluster has no quorum disks. Without them no definition outlives its host, and nothing can be
          taken over.
        </p>
      ) : (
        <Bounded rows={rows.length} label="Quorum disks">
          <Table aria-label={`Quorum disks of ${cluster.name}`} variant="compact">
            <Thead>
              <Tr>
                <Th>Home</Th>
                <Th>Mounted</Th>
                <Th>Used</Th>
                <Th>Last sync</Th>
                <Th>Definitions</Th>
              </Tr>
            </Thead>
            <Tbody>
              {rows.map((row) => (
                <DiskRow key={row.home} row={row} live={live} />
              ))}
            </Tbody>
          </Table>
        </Bounded>
      )}
    </Panel>
  );
}

function DiskRow({ row, live }: { row: QuorumDiskRow; live: boolean }) {
  const status = placementStatus(row, live);
  const told = row.toldBy?.freshness === 'live';
  return (
    <Tr className={told ? '' : 'mm-stale'}>
      <Td dataLabel="Home" title={row.disk?.source ?? ''}>
        {row.home}
      </Td>
      <Td dataLabel="Mounted">
        <Status tone={status.tone}>{status.word}</Status>
        {row.placement.failure === undefined ? null : <div className="mm-dim">{row.placement.failure}</div>}
      </Td>
      <Td dataLabel="Used">
        {row.disk === null ? (
          <span className="mm-dim">unknown</span>
        ) : (
          <Meter
            value={row.disk.size === 0 ? 0 : (row.disk.used / row.disk.size) * 100}
            label={`Use of the quorum disk of ${row.home}`}
            text={formatPart(row.disk.used, row.disk.size)}
          />
        )}
      </Td>
      <Td dataLabel="Last sync">
        <LastSync row={row} told={told} />
      </Td>
      <Td dataLabel="Definitions">
        <Definitions row={row} told={told} />
      </Td>
    </Tr>
  );
}

function LastSync({ row, told }: { row: QuorumDiskRow; told: boolean }) {
  if (row.disk === null) return <span className="mm-dim">unknown</span>;
  return (
    <>
      <SyncState completeAt={row.disk.lastSyncAt} sync={row.sync} />
      {told ? null : (
        <div>
          <StaleBadge since={row.toldBy?.staleSince ?? null} />
        </div>
      )}
    </>
  );
}

function Definitions({ row, told }: { row: QuorumDiskRow; told: boolean }) {
  if (row.disk === null) return <span className="mm-dim">unknown</span>;
  if (row.total === 0) return <span className="mm-dim">none stored</span>;
  return (
    <>
      <Status tone={told ? (row.current === row.total ? 'ok' : 'warning') : 'unknown'}>
        {row.current} of {row.total} current
      </Status>
      {row.flaws.map(({ state, number }) => (
        <div key={state}>
          <Status tone={flawTone[state]}>
            {number} {state}
          </Status>
        </div>
      ))}
    </>
  );
}
