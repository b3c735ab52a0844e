import { ActionDialog } from '../../components/ActionDialog.tsx';
import { count } from '../../components/format.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import type { HostIdentity } from '../../store/selectors/hosts.ts';
import { isAlive, selectVmRows, vmRowsOf } from '../../store/selectors/vms.ts';

interface EnterMaintenanceDialogProps {
  host: HostIdentity;
  clusterKey: string;
  clusterId: string;
  close: () => void;
}

export function EnterMaintenanceDialog({ host, clusterKey, clusterId, close }: EnterMaintenanceDialogProps) {
  const call = useCall();
  const { name } = host;
  const here = vmRowsOf(useConsole(selectVmRows), clusterKey).filter(
    (row) => isAlive(row.state) && row.runningOn.some(({ id }) => id === host.id),
  );
  const stuck = here.filter((row) => !row.shown.vm.protection.protected).map((row) => row.name);
  return (
    <ActionDialog
      title={`Take ${name} out of service?`}
      action="Enter maintenance"
      perform={() => call('maintenance.enter', { clusterId, node: name })}
      close={close}
    >
      <p>
        {name} takes no more VMs
        {here.length === 0
          ? '. No VM runs on it.'
          : `, and its ${count(here.length, 'running VM')} ${here.length === 1 ? 'is' : 'are'} moved to other hosts live, without a break, wherever there is room.`}
      </p>
      {stuck.length === 0 ? null : (
        <p>
          <strong>
            {count(stuck.length, 'VM')} cannot be moved: {stuck.join(', ')}.
          </strong>{' '}
          {stuck.length === 1 ? 'It keeps' : 'They keep'} running on {name}. Shut{' '}
          {stuck.length === 1 ? 'it' : 'them'} down before you switch {name} off.
        </p>
      )}
      <p className="mm-dim">Until it leaves maintenance, no takeover starts a VM on it.</p>
    </ActionDialog>
  );
}
