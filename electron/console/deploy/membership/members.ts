import { MinimeError } from '../../../../src/contract/errors.ts';
import { type ClusterRef, type DeployContext, type Node, nodesOf } from '../context.ts';
import { existingCluster } from '../facts/existingCluster.ts';
import { probeOf } from '../facts/probe.ts';
import type { DeploymentRecord } from '../record.ts';

/**
 * What the cluster was deployed with, its hosts under the inventory ids of today. Throws `not-found` if no member has a
 * record of it.
 */
export async function recordOf(
  cluster: ClusterRef,
  members: readonly Node[],
  signal: AbortSignal,
): Promise<DeploymentRecord> {
  for (const node of members) {
    const { record } = await existingCluster(probeOf(node.remote, signal));
    if (record?.clusterId !== cluster.clusterId) continue;
    const hostIds = new Map(cluster.members.map((member) => [member.nodeName, member.hostId]));
    const hosts = record.spec.hosts.map((host) => ({ ...host, hostId: hostIds.get(host.nodeName) ?? '' }));
    return { ...record, spec: { ...record.spec, hosts } };
  }
  throw new MinimeError({
    kind: 'not-found',
    message: 'No host of this cluster has a record of how it was deployed.',
    remedy: 'Deploy it again with the choices it was deployed with, then try again.',
  });
}

/** All members, or those given. Throws `unreachable` for the first that cannot be reached. */
export function membersOf(
  cluster: ClusterRef,
  context: DeployContext,
  which: (nodeName: string) => boolean = () => true,
): Node[] {
  return nodesOf(
    cluster.members.filter((member) => which(member.nodeName)),
    context,
  );
}
