import { Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';
import { Age } from '../../components/Age.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { Status } from '../../components/Status.tsx';
import { routeHref } from '../../shell/routes.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { ClusterHost } from '../../store/selectors/clusters.ts';
import { isAlive } from '../../store/selectors/vms.ts';
import { EmbeddedLabel } from '../embedded/EmbeddedLabel.tsx';
import { HostActions } from './HostActions.tsx';
import { HostCpu, HostMemory } from './HostLoad.tsx';
import { hostStatus } from './hostStatus.ts';
import { MaintenanceLabel } from './MaintenanceLabel.tsx';

interface HostsTableProps {
  label: string;
  rows: ClusterHost[];
  /** Null: the hosts are of no cluster. */
  clusterKey: string | null;
  /** What is offered for a member that is not in the inventory. */
  absentAction?: (name: string) => ReactNode;
}

export function HostsTable({ label, rows, clusterKey, absentAction }: HostsTableProps) {
  return (
    <div className="mm-panel mm-scroll-x">
      <Table aria-label={label} variant="compact">
        <Thead>
          <Tr>
            <Th>Host</Th>
            <Th>State</Th>
            <Th>CPU</Th>
            <Th>Memory</Th>
            <Th>Running VMs</Th>
            <Th>System</Th>
            <Th>Up since</Th>
            <Th screenReaderText="Actions" />
          </Tr>
        </Thead>
        <Tbody>
          {rows.map((row) => (
            <HostsTableRow
              key={row.host?.id ?? row.name}
              row={row}
              clusterKey={clusterKey}
              absentAction={absentAction}
            />
          ))}
        </Tbody>
      </Table>
    </div>
  );
}

interface RowProps {
  row: ClusterHost;
  clusterKey: string | null;
  absentAction: HostsTableProps['absentAction'];
}

function HostsTableRow({ row: { host, member, name }, clusterKey, absentAction }: RowProps) {
  const status = hostStatus(host, member);
  if (host === null) {
    return (
      <Tr>
        <Td dataLabel="Host">{name}</Td>
        <Td dataLabel="State">
          <Status tone={status.tone}>{status.word}</Status>
        </Td>
        <Td colSpan={5} className="mm-dim">
          A member of the cluster that this console does not connect to.
        </Td>
        <Td>{absentAction?.(name)}</Td>
      </Tr>
    );
  }
  const stale = host.freshness === 'stale';
  return (
    <Tr className={stale ? 'mm-stale' : ''}>
      <Td dataLabel="Host">
        <a href={routeHref({ screen: 'host', hostId: host.id })}>{name}</a>
        {member?.pacemaker?.dc === true ? (
          <Label isCompact className="mm-after">
            DC
          </Label>
        ) : null}
        {host.embedded ? <EmbeddedLabel /> : null}
        {host.address === name ? null : <div className="mm-dim">{host.address}</div>}
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
      <Td dataLabel="CPU">
        <HostCpu hostId={host.id} name={name} />
      </Td>
      <Td dataLabel="Memory">
        <HostMemory hostId={host.id} name={name} />
      </Td>
      <Td dataLabel="Running VMs">
        <VmCount hostId={host.id} />
      </Td>
      <SystemCells hostId={host.id} />
      <Td isActionCell>
        <HostActions host={host} inCluster={member !== null} />
      </Td>
    </Tr>
  );
}

function VmCount({ hostId }: { hostId: string }) {
  const vms = useConsole((state) => state.sections.vms[hostId]?.vms);
  if (vms === undefined) return <span className="mm-dim">unknown</span>;
  return (
    <>
      {vms.filter((vm) => isAlive(vm.state)).length} <span className="mm-dim">of {vms.length}</span>
    </>
  );
}

function SystemCells({ hostId }: { hostId: string }) {
  const system = useConsole((state) => state.sections.system[hostId]);
  if (system === undefined) {
    return (
      <Td colSpan={2} className="mm-dim">
        unknown until the host program runs
      </Td>
    );
  }
  return (
    <>
      <Td dataLabel="System">
        {system.distribution.prettyName}
        <div className="mm-dim">
          {system.hypervisor.reachable
            ? system.hypervisor.version
            : `${system.hypervisor.kind} does not answer`}
        </div>
      </Td>
      <Td dataLabel="Up since">
        <Age at={system.bootedAt} />
      </Td>
    </>
  );
}
