import { MinimeError } from '../../../../src/contract/errors.ts';
import type { ClusterRef, DeployContext, Node } from '../context.ts';
import type { Distribution } from '../distributions/distribution.ts';
import { distribution } from '../distributions/families.ts';
import { type ExistingCluster, existingCluster } from '../facts/existingCluster.ts';
import { describeDistribution } from '../facts/osRelease.ts';
import { probeOf } from '../facts/probe.ts';

/** A member of a deployed cluster that can be reached. */
export interface Installed {
  node: Node;
  distribution: Distribution;
  existing: ExistingCluster;
}

export interface Survey {
  installed: Installed[];
  /** Members that could not be asked, with the reason. */
  unreachable: { nodeName: string; error: unknown }[];
}

/** Looks at all members. A host that belongs to another cluster by now throws `conflict`. */
export async function survey(cluster: ClusterRef, context: DeployContext): Promise<Survey> {
  const result: Survey = { installed: [], unreachable: [] };
  await Promise.all(
    cluster.members.map(async ({ nodeName, hostId }) => {
      const remote = context.hosts.get(hostId);
      if (remote === undefined) {
        result.unreachable.push({ nodeName, error: null });
        return;
      }
      try {
        result.installed.push(await look({ name: nodeName, hostId, remote }, context.signal));
      } catch (error) {
        if (context.signal.aborted || !lost(error)) throw error;
        result.unreachable.push({ nodeName, error });
      }
    }),
  );
  const order = (nodeName: string) => cluster.members.findIndex((member) => member.nodeName === nodeName);
  result.installed.sort((a, b) => order(a.node.name) - order(b.node.name));
  for (const { node, existing } of result.installed) {
    const id = existing.manifest?.clusterId;
    if (id === undefined || id === cluster.clusterId) continue;
    throw new MinimeError({
      kind: 'conflict',
      host: node.name,
      message: `${node.name} belongs to another cluster of Minime.`,
      remedy: 'Connect again to the hosts of this cluster, then try again.',
    });
  }
  return result;
}

async function look(node: Node, signal: AbortSignal): Promise<Installed> {
  const probe = probeOf(node.remote, signal);
  const [release, existing] = await Promise.all([probe.text('/etc/os-release'), existingCluster(probe)]);
  const described = describeDistribution(release ?? '');
  return { node, distribution: distribution(described.family, node.name, described.prettyName), existing };
}

function lost(error: unknown): boolean {
  return error instanceof MinimeError && ['unreachable', 'timeout'].includes(error.kind);
}
