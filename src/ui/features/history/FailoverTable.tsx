import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Age } from '../../components/Age.tsx';
import { useNow } from '../../components/clock.ts';
import { formatDuration } from '../../components/format.ts';
import { Status } from '../../components/Status.tsx';
import { routeHref } from '../../shell/routes.ts';
import type { Cluster } from '../../store/selectors/clusters.ts';
import type { Failover } from '../../store/selectors/takeovers.ts';
import { statusOf, titleOf } from './failoverWords.ts';

export function FailoverTable({ cluster, failovers }: { cluster: Cluster; failovers: Failover[] }) {
  return (
    <div className="mm-panel mm-scroll-x">
      <Table aria-label={`Failovers of ${cluster.name}`} variant="compact">
        <Thead>
          <Tr>
            <Th>When</Th>
            <Th>What</Th>
            <Th>State</Th>
            <Th>By</Th>
            <Th className="mm-figure">Running</Th>
            <Th className="mm-figure">Down</Th>
            <Th className="mm-figure">Refused</Th>
            <Th className="mm-figure">Begun to ended</Th>
          </Tr>
        </Thead>
        <Tbody>
          {failovers.map((failover) => (
            <FailoverRow key={failover.id} failover={failover} clusterKey={cluster.key} />
          ))}
        </Tbody>
      </Table>
    </div>
  );
}

function FailoverRow({ failover, clusterKey }: { failover: Failover; clusterKey: string }) {
  const { id, owner, begun, counts } = failover;
  const status = statusOf(failover);
  return (
    <Tr className={failover.state === 'running' ? 'mm-chosen' : ''}>
      <Td dataLabel="When">
        {new Date(begun).toLocaleString()}
        <div className="mm-dim">
          <Age at={begun} />
        </div>
      </Td>
      <Td dataLabel="What">
        <a href={routeHref({ screen: 'failover', key: clusterKey, id })}>{titleOf(failover)}</a>
      </Td>
      <Td dataLabel="State">
        <Status tone={status.tone}>{status.word}</Status>
      </Td>
      <Td dataLabel="By">{owner}</Td>
      <Td dataLabel="Running" className="mm-figure">
        {counts.running} <span className="mm-dim">of {counts.total}</span>
      </Td>
      <Td dataLabel="Down" className="mm-figure">
        <Count number={counts.down} />
      </Td>
      <Td dataLabel="Refused" className="mm-figure">
        <Count number={counts.refused} />
      </Td>
      <Td dataLabel="Begun to ended" className="mm-figure">
        <Took failover={failover} />
      </Td>
    </Tr>
  );
}

const Count = ({ number }: { number: number }) =>
  number === 0 ? <span className="mm-dim">0</span> : <strong>{number}</strong>;

function Took({ failover: { state, begun, ended } }: { failover: Failover }) {
  const now = useNow();
  if (ended !== undefined) return <>{formatDuration(ended - begun)}</>;
  if (state === 'running') return <>{formatDuration(Math.floor((now - begun) / 1000) * 1000)}</>;
  return <span className="mm-dim">unknown</span>;
}
