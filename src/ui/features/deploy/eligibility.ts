import type { Cluster } from '../../store/selectors/clusters.ts';
import type { HostIdentity } from '../../store/selectors/hosts.ts';

/**
 * Why a host cannot be deployed to; null if it can. A host of a cluster that Minime deployed can: running the same
 * deployment again finishes what is missing and leaves alone what is right. `bareEmbedded`: the embedded hosts came without high availability.
 */
export function refusal(host: HostIdentity, cluster: Cluster | null, bareEmbedded: boolean): string | null {
  if (host.embedded && !bareEmbedded) return 'No, an embedded host comes with all of it';
  const { state, privilege } = host.connection;
  if (state === 'version-mismatch') return null;
  if (state !== 'bare' && state !== 'online') return 'No, it is not connected';
  if (privilege === 'none') return 'No, there are no root rights on it';
  if (cluster !== null && cluster.id === null)
    return `No, it belongs to ${cluster.name}, which Minime did not deploy`;
  return null;
}
