import { Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Bounded } from '../../components/Bounded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { Status } from '../../components/Status.tsx';
import { routeHref } from '../../shell/routes.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster, ClusterHost } from '../../store/selectors/clusters.ts';
import { isAlive } from '../../store/selectors/vms.ts';
import { HostCpu, HostMemory } from '../hosts/HostLoad.tsx';
import { hostStatus } from '../hosts/hostStatus.ts';
import { MaintenanceLabel } from '../hosts/MaintenanceLabel.tsx';

export function HostsPanel({ cluster }: { cluster: Cluster }) {
  return (
    <Panel title="Hosts" className="mm-scroll-x">
      <Bounded rows={cluster.hosts.length} label="Hosts">
        <Table aria-label={`Hosts of ${cluster.name}`} variant="compact">
          <Thead>
            <Tr>
              <Th>Host</Th>
              <Th>State</Th>
              <Th>CPU</Th>
              <Th>Memory</Th>
              <Th>VMs</Th>
            </Tr>
          </Thead>
          <Tbody>
            {cluster.hosts.map((row) => (
              <HostRow key={row.name} row={row} clusterKey={cluster.key} />
            ))}
          </Tbody>
        </Table>
      </Bounded>
    </Panel>
  );
}

function HostRow({ row, clusterKey }: { row: ClusterHost; clusterKey: string }) {
  const { host, member, name } = row;
  const status = hostStatus(host, member);
  const stale = host !== null && host.freshness !== 'live';
  return (
    <Tr className={stale ? 'mm-stale' : ''}>
      <Td dataLabel="Host">
        {host === null ? name : <a href={routeHref({ screen: 'host', hostId: host.id })}>{name}</a>}
        {member?.pacemaker?.dc === true ? (
          <Label
            isCompact
            className="mm-after"
            title="Designated coordinator: this host decides for Pacemaker"
          >
            DC
          </Label>
        ) : null}
      </Td>
      <Td dataLabel="State">
        <Status tone={status.tone}>{status.word}</Status>
        <div>
          <MaintenanceLabel clusterKey={clusterKey} name={name} />
        </div>
        {stale ? (
          <div>
            <StaleBadge since={host.staleSince} />
          </div>
        ) : null}
      </Td>
      <Td dataLabel="CPU">{host === null ? null : <HostCpu hostId={host.id} name={name} />}</Td>
      <Td dataLabel="Memory">{host === null ? null : <HostMemory hostId={host.id} name={name} />}</Td>
      <Td dataLabel="VMs">{host === null ? null : <RunningVms hostId={host.id} />}</Td>
    </Tr>
  );
}

function RunningVms({ hostId }: { hostId: string }) {
  const vms = useConsole((state) => state.sections.vms[hostId]?.vms);
  return <>{vms === undefined ? '' : vms.filter((vm) => isAlive(vm.state)).length}</>;
}
