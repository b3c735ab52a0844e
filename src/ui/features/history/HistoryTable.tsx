import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ClusterEvent } from '../../../contract/events.ts';
import { Age } from '../../components/Age.tsx';
import { formatDuration } from '../../components/format.ts';
import { Status } from '../../components/Status.tsx';
import { routeHref } from '../../shell/routes.ts';
import type { Cluster } from '../../store/selectors/clusters.ts';
import type { Failover } from '../../store/selectors/takeovers.ts';
import { eventStatus } from './eventWords.ts';
import { countsText, statusOf, titleOf } from './failoverWords.ts';
import type { HistoryRow } from './historyList.ts';

/** Failovers and everything else that happened, in one list. */
export function HistoryTable({ cluster, rows }: { cluster: Cluster; rows: HistoryRow[] }) {
  return (
    <div className="mm-panel mm-scroll-x">
      <Table aria-label={`What happened in ${cluster.name}`} variant="compact">
        <Thead>
          <Tr>
            <Th>When</Th>
            <Th>What</Th>
            <Th>State</Th>
            <Th>By</Th>
          </Tr>
        </Thead>
        <Tbody>
          {rows.map((row) =>
            row.kind === 'failover' ? (
              <FailoverRow key={row.failover.id} failover={row.failover} clusterKey={cluster.key} />
            ) : (
              <EventRow key={row.event.id} event={row.event} />
            ),
          )}
        </Tbody>
      </Table>
    </div>
  );
}

const When = ({ at }: { at: number }) => (
  <Td dataLabel="When">
    {new Date(at).toLocaleString()}
    <div className="mm-dim">
      <Age at={at} />
    </div>
  </Td>
);

function FailoverRow({ failover, clusterKey }: { failover: Failover; clusterKey: string }) {
  const { id, owner, begun, ended, counts } = failover;
  const status = statusOf(failover);
  return (
    <Tr className={failover.state === 'running' ? 'mm-chosen' : ''}>
      <When at={begun} />
      <Td dataLabel="What">
        <a href={routeHref({ screen: 'failover', key: clusterKey, id })}>{titleOf(failover)}</a>
        <div className="mm-dim">
          {countsText(counts)}
          {ended === undefined ? '' : `; took ${formatDuration(ended - begun)}`}
        </div>
      </Td>
      <Td dataLabel="State">
        <Status tone={status.tone}>{status.word}</Status>
      </Td>
      <Td dataLabel="By">{owner}</Td>
    </Tr>
  );
}

function EventRow({ event }: { event: ClusterEvent }) {
  const { at, text, details = [], by, notedBy } = event;
  const status = eventStatus(event);
  return (
    <Tr>
      <When at={at} />
      <Td dataLabel="What">
        {text}
        <Details lines={details} />
      </Td>
      <Td dataLabel="State">
        <Status tone={status.tone}>{status.word}</Status>
      </Td>
      <Td dataLabel="By">
        {by ?? notedBy}
        {by === undefined ? null : <div className="mm-dim">noted by {notedBy}</div>}
      </Td>
    </Tr>
  );
}

/** So many lines are shown without being asked for. */
const FEW = 2;

function Details({ lines }: { lines: string[] }) {
  const list = (
    <ul className="mm-event-details">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
  if (lines.length <= FEW) return lines.length === 0 ? null : list;
  return (
    <details>
      <summary>{lines.length} details</summary>
      {list}
    </details>
  );
}
