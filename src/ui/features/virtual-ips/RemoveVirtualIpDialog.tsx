import type { VirtualIp } from '../../../contract/virtualIp.ts';
import { ActionDialog } from '../../components/ActionDialog.tsx';
import { useCall } from '../../store/ConsoleContext.tsx';

interface RemoveVirtualIpDialogProps {
  clusterId: string;
  virtualIp: VirtualIp;
  close: () => void;
}

export function RemoveVirtualIpDialog({ clusterId, virtualIp, close }: RemoveVirtualIpDialogProps) {
  const call = useCall();
  const { name, address, on } = virtualIp;
  return (
    <ActionDialog
      title={`Remove the virtual IP ${name}?`}
      action="Remove"
      isDanger
      perform={() => call('virtualIp.remove', { clusterId, name })}
      close={close}
    >
      <p>
        {address} is taken off {on ?? 'the cluster'} at once: whoever uses it reaches nobody there any more.
      </p>
    </ActionDialog>
  );
}
