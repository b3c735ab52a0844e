import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { formatBytes } from '../../components/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';
import { routeHref } from '../../shell/routes.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { HostIdentity } from '../../store/selectors/hosts.ts';
import { selectVmRows, type VmRow, vmRowsOf } from '../../store/selectors/vms.ts';
import { VmCpu } from '../vms/VmCpu.tsx';
import { protectionStatus, vmStateTone, vmStateWord } from '../vms/vmWords.ts';

/** VMs shown here; all of them are one click away. */
const SHOWN = 50;

export function HostVmsPanel({ host, clusterKey }: { host: HostIdentity; clusterKey: string | null }) {
  const vms = useConsole((state) => state.sections.vms[host.id]?.vms);
  const live = host.freshness === 'live';
  const rows = new Map(vmRowsOf(useConsole(selectVmRows), clusterKey).map((row) => [row.uuid, row] as const));
  return (
    <Panel
      title="Virtual machines"
      summary={
        clusterKey === null ? null : (
          <a href={routeHref({ screen: 'cluster', key: clusterKey, tab: 'vms' })}>All of the cluster</a>
        )
      }
    >
      {vms === undefined ? (
        <p className="mm-dim">The host tells its VMs once the host program runs on it.</p>
      ) : vms.length === 0 ? (
        <p className="mm-dim">No VM is defined on this host.</p>
      ) : (
        <Table aria-label={`Virtual machines of ${host.name}`} variant="compact">
          <Thead>
            <Tr>
              <Th>Name</Th>
              <Th>State</Th>
              <Th>Memory</Th>
              <Th>vCPU</Th>
              <Th>CPU</Th>
              <Th>Protection</Th>
            </Tr>
          </Thead>
          <Tbody>
            {vms.slice(0, SHOWN).map((vm) => (
              <Tr key={vm.uuid}>
                <Td dataLabel="Name">{vm.name}</Td>
                <Td dataLabel="State">
                  <Status tone={live ? vmStateTone[vm.state] : 'unknown'}>
                    {live ? '' : 'was '}
                    {vmStateWord[vm.state]}
                  </Status>
                </Td>
                <Td dataLabel="Memory">{formatBytes(vm.memory)}</Td>
                <Td dataLabel="vCPU">{vm.vcpus}</Td>
                <Td dataLabel="CPU">
                  <VmCpu hostId={host.id} uuid={vm.uuid} />
                </Td>
                <Td dataLabel="Protection">
                  <Protection row={rows.get(vm.uuid)} />
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      {vms !== undefined && vms.length > SHOWN ? (
        <p className="mm-dim">and {vms.length - SHOWN} more</p>
      ) : null}
    </Panel>
  );
}

/** The verdict of the VM table: the host alone does not see what the quorum disk holds. */
function Protection({ row }: { row: VmRow | undefined }) {
  if (row === undefined) return null;
  const { tone, word } = protectionStatus(row);
  return <Status tone={tone}>{word}</Status>;
}
