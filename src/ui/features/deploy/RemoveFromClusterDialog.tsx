import { ConfirmByTyping } from '../../components/ConfirmByTyping.tsx';
import { navigate } from '../../shell/useRoute.ts';
import { useCall } from '../../store/ConsoleContext.tsx';

interface RemoveFromClusterDialogProps {
  clusterId: string;
  clusterName: string;
  node: string;
  close: () => void;
}

export function RemoveFromClusterDialog({
  clusterId,
  clusterName,
  node,
  close,
}: RemoveFromClusterDialogProps) {
  const call = useCall();
  const remove = async () => {
    const { operationId } = await call('deploy.removeHost', { clusterId, node, confirm: node });
    navigate({ screen: 'activity', operationId });
  };
  return (
    <ConfirmByTyping
      title={`Remove ${node} from ${clusterName}?`}
      expected={node}
      expectedIs="the name of the host"
      action="Remove host"
      perform={remove}
      close={close}
    >
      <p>
        {node} leaves the cluster: its heartbeat stops, its quorum disk is given up, and everything that
        deployment put on it is taken off. Its VMs keep running and are <strong>not protected</strong> any
        more.
      </p>
    </ConfirmByTyping>
  );
}
