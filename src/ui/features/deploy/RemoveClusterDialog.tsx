import { ConfirmByTyping } from '../../components/ConfirmByTyping.tsx';
import { count } from '../../components/format.ts';
import { navigate } from '../../shell/useRoute.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';

interface RemoveClusterDialogProps {
  cluster: Cluster;
  clusterId: string;
  close: () => void;
}

export function RemoveClusterDialog({ cluster, clusterId, close }: RemoveClusterDialogProps) {
  const call = useCall();
  const absent = cluster.hosts.filter(({ host }) => host?.freshness !== 'live').map(({ name }) => name);
  const remove = async () => {
    const { operationId } = await call('deploy.removeCluster', { clusterId, confirm: cluster.name });
    navigate({ screen: 'activity', operationId });
  };
  return (
    <ConfirmByTyping
      title={`Remove the cluster ${cluster.name}?`}
      expected={cluster.name}
      expectedIs="the name of the cluster"
      action="Remove cluster"
      perform={remove}
      close={close}
    >
      <p>
        Corosync, Pacemaker and SBD stop on {count(cluster.hosts.length, 'host')}, and everything that
        deployment put there is taken off, with the records of failovers. VMs keep running where they are;
        those that start with their host will do so again. <strong>Nothing protects them any more.</strong>
      </p>
      {absent.length === 0 ? null : (
        <p>
          <strong>Not connected: {absent.join(', ')}.</strong> What is on them stays until they are connected
          and the removal is run again.
        </p>
      )}
    </ConfirmByTyping>
  );
}
