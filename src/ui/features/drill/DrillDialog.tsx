import { ConfirmByTyping } from '../../components/ConfirmByTyping.tsx';
import { count } from '../../components/format.ts';
import { navigate } from '../../shell/useRoute.ts';
import { useCall } from '../../store/ConsoleContext.tsx';

interface DrillDialogProps {
  clusterId: string;
  target: string;
  /** That run on it. */
  vms: number;
  close: () => void;
}

export function DrillDialog({ clusterId, target, vms, close }: DrillDialogProps) {
  const call = useCall();
  const begin = async () => {
    const { operationId } = await call('drill.run', { clusterId, target, confirm: target });
    navigate({ screen: 'activity', operationId });
  };
  return (
    <ConfirmByTyping
      title={`Have ${target} fail?`}
      expected={target}
      expectedIs="the name of the host"
      action={`Fence ${target}`}
      perform={begin}
      close={close}
    >
      <p>
        This is no simulation. <strong>{target} is reset at once</strong>, without a shutdown.{' '}
        {vms === 0 ? (
          'No VM runs on it.'
        ) : (
          <>
            <strong>{count(vms, 'running VM')}</strong> on it will be cut off as by a power failure, and start
            again on the other hosts.
          </>
        )}
      </p>
      <p>
        It is rehearsed first, and not begun if the takeover could not. The record of it in the history is
        marked as a drill and compared with the rehearsal. VMs stay where they were started until you bring
        them home.
      </p>
    </ConfirmByTyping>
  );
}
