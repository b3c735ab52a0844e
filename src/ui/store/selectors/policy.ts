import type { PolicySection } from '../../../contract/hostState.ts';
import { initialPolicy, type Policy } from '../../../contract/policy.ts';
import { memoize } from '../memoize.ts';
import type { ConsoleState } from '../state.ts';
import { type Cluster, selectClusters } from './clusters.ts';
import type { HostIdentity } from './hosts.ts';

/** The policy of a cluster as the host knows it that deserves most trust. */
export interface PolicyInForce {
  policy: Policy;
  /** Nobody has edited it yet: `policy` is the initial one. */
  initial: boolean;
  section: PolicySection;
  from: HostIdentity;
  /** False: no host of the cluster that is online and quorate tells it; it may have been changed since. */
  live: boolean;
}

/** By key of the cluster. A cluster of which no host has told a policy is absent. */
export const selectPolicies = memoize(
  [
    selectClusters,
    (state: ConsoleState) => state.sections.policy,
    (state: ConsoleState) => state.lastHeardAt,
  ] as const,
  (clusters, sections, lastHeardAt): Record<string, PolicyInForce> =>
    Object.fromEntries(
      clusters.flatMap((cluster) => {
        const best = mostTrusted(cluster, sections, lastHeardAt);
        return best === null ? [] : [[cluster.key, best]];
      }),
    ),
);

/**
 * Revisions only ever grow, so of several hosts that are online and quorate the one with the latest revision is right: the
 * others have not read it yet. Of hosts that are not, the one heard last is believed.
 */
function mostTrusted(
  cluster: Cluster,
  sections: Record<string, PolicySection>,
  lastHeardAt: Record<string, number | null>,
): PolicyInForce | null {
  const told = cluster.hosts.flatMap(({ host, view }) => {
    const section = host === null ? undefined : sections[host.id];
    if (host === null || section === undefined) return [];
    const live = host.freshness === 'live' && view?.quorate === true;
    return [
      { host, section, live, heard: lastHeardAt[host.id] ?? 0, revision: section.policy?.revision ?? -1 },
    ];
  });
  const [best] = told.sort(
    (a, b) =>
      Number(b.live) - Number(a.live) ||
      (a.live ? b.revision - a.revision || b.heard - a.heard : b.heard - a.heard || b.revision - a.revision),
  );
  if (best === undefined) return null;
  return {
    policy: best.section.policy ?? initialPolicy,
    initial: best.section.policy === null,
    section: best.section,
    from: best.host,
    live: best.live,
  };
}
