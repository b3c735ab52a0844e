import type { HostView } from '../../../src/contract/consoleApi.ts';
import { MinimeError } from '../../../src/contract/errors.ts';
import type { ClusterRef } from '../deploy/index.ts';

export interface KnownCluster {
  ref: ClusterRef;
  name: string;
}

/**
 * The cluster with this id by what its hosts told last. A node that no host of the inventory is known to be is listed
 * under an id that no host has, so it counts as unreachable and is not forgotten. Throws `not-found`.
 */
export function findCluster(views: readonly HostView[], clusterId: string): KnownCluster {
  const members = views.filter((view) => view.sections.cluster?.id === clusterId);
  const hostIds = new Map<string, string>();
  for (const { sections } of members) {
    for (const member of sections.cluster?.members ?? [])
      hostIds.set(member.name, `not-in-inventory:${member.name}`);
  }
  for (const { entry, sections } of members) {
    if (sections.system !== undefined) hostIds.set(sections.system.nodeName, entry.id);
  }
  // A host whose vmcl has not spoken since the start may still be reached, and is then not left out.
  for (const { entry, sections } of views) {
    const { lastKnown } = entry;
    if (sections.system === undefined && lastKnown?.cluster?.id === clusterId) {
      hostIds.set(lastKnown.nodeName, entry.id);
    }
  }
  const name = members.find((view) => view.sections.cluster?.name !== undefined)?.sections.cluster?.name;
  if (hostIds.size === 0 || name === undefined) {
    throw new MinimeError({
      kind: 'not-found',
      message: 'No host of this cluster is known at present.',
      remedy: 'Connect to a host of the cluster, then try again.',
    });
  }
  return {
    ref: { clusterId, members: [...hostIds].map(([nodeName, hostId]) => ({ nodeName, hostId })) },
    name,
  };
}

/** Throws `not-found` if the cluster has no such node. */
export function requireMember(cluster: KnownCluster, node: string): void {
  if (cluster.ref.members.some((member) => member.nodeName === node)) return;
  throw new MinimeError({
    kind: 'not-found',
    host: node,
    message: `${node} is not a host of ${cluster.name}.`,
  });
}

/** Throws `invalid-input` unless the admin has typed the name of what is to be changed. */
export function requireConfirmation(typed: string, expected: string): void {
  if (typed === expected) return;
  throw new MinimeError({
    kind: 'invalid-input',
    message: 'The confirmation does not match.',
    remedy: `Enter "${expected}" exactly as it is written.`,
  });
}
