import { useState } from 'react';
import type { VirtualIp } from '../../../contract/virtualIp.ts';
import { ActionDialog } from '../../components/ActionDialog.tsx';
import { useCall } from '../../store/ConsoleContext.tsx';
import { HostSelect } from './HostSelect.tsx';

interface MoveVirtualIpDialogProps {
  clusterId: string;
  virtualIp: VirtualIp;
  hosts: readonly string[];
  close: () => void;
}

export function MoveVirtualIpDialog({ clusterId, virtualIp, hosts, close }: MoveVirtualIpDialogProps) {
  const call = useCall();
  const { name, on } = virtualIp;
  const others = hosts.filter((host) => host !== on);
  const [host, setHost] = useState(others[0] ?? '');
  return (
    <ActionDialog
      title={`Move the virtual IP ${name}?`}
      action="Move"
      perform={() => call('virtualIp.move', { clusterId, name, host })}
      close={close}
    >
      <HostSelect label="To" value={host} hosts={others} onChange={setHost} />
      <p>
        Connections to {virtualIp.address} break and have to be made anew. From now on {host} is its preferred
        host.
      </p>
    </ActionDialog>
  );
}
