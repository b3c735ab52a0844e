import { lastFencing } from '../../../contract/clusterState.ts';
import type { FailoverSummary } from '../../../contract/failover.ts';
import type { HistorySection, TakeoverSection } from '../../../contract/hostState.ts';
import { memoize } from '../memoize.ts';
import type { ConsoleState } from '../state.ts';
import { type Cluster, selectClusters } from './clusters.ts';

/**
 * `running`: its owner carries it on. `interrupted`: it has not ended, and the host that should carry it on does not (or
 * nobody who could tell is connected).
 */
export type FailoverState = 'running' | 'ended' | 'interrupted';

export interface Failover extends FailoverSummary {
  state: FailoverState;
}

type Histories = Record<string, HistorySection>;
/** Failovers by key of the cluster, those that run first, then newest first: all that any of its hosts has a record of. */
export const selectFailovers = memoize(
  [selectClusters, (state: ConsoleState) => state.sections.history] as const,
  (clusters, histories): Record<string, Failover[]> =>
    Object.fromEntries(clusters.map((cluster) => [cluster.key, failoversOf(cluster, histories)])),
);

function failoversOf(cluster: Cluster, histories: Histories): Failover[] {
  /** What owners say themselves counts most, then the state that has come furthest. */
  const best = new Map<string, FailoverSummary>();
  const carriedOn = new Set<string>();
  for (const { host } of cluster.hosts) {
    const history = host === null ? undefined : histories[host.id];
    for (const summary of history?.failovers ?? []) {
      const known = best.get(summary.id);
      const isOwn = host?.freshness === 'live' && history?.carriedOn.includes(summary.id) === true;
      if (isOwn) carriedOn.add(summary.id);
      if (known === undefined || (isOwn && known.ended === undefined) || progress(summary) > progress(known))
        best.set(summary.id, summary);
    }
  }
  return [...best.values()]
    .map((summary) => ({ ...summary, state: stateOf(summary, cluster, carriedOn, histories) }))
    .sort((a, b) => Number(b.state === 'running') - Number(a.state === 'running') || b.begun - a.begun);
}

function progress({ ended, counts }: FailoverSummary): number {
  return ended === undefined ? counts.running + counts.down + counts.refused : Number.POSITIVE_INFINITY;
}

function stateOf(
  summary: FailoverSummary,
  cluster: Cluster,
  carriedOn: ReadonlySet<string>,
  histories: Histories,
): FailoverState {
  if (summary.ended !== undefined) return 'ended';
  if (carriedOn.has(summary.id)) return 'running';
  const owner = cluster.hosts.find(({ name }) => name === summary.owner);
  // A record that others have before its owner has told of it has just begun.
  const ownerTells =
    owner?.host?.freshness === 'live' &&
    histories[owner.host.id]?.failovers.some(({ id }) => id === summary.id) === true;
  const othersSeeOwner = cluster.viewFrom.freshness === 'live' && owner?.member?.online === true;
  return !ownerTells && othersSeeOwner ? 'running' : 'interrupted';
}

type Takeovers = Record<string, TakeoverSection>;

/** A host that is lost, and of which the cluster is not sure that it is off: its VMs wait. */
export interface UnfencedHost {
  name: string;
  /**
   * `under-way`, `failed`: its fencing, by the cluster's own history. `left`: it left the cluster without a failure, so nobody
   * fences it.
   */
  fencing: 'under-way' | 'failed' | 'left';
}

/** Ids of what a host that owns a takeover says while it waits for the word of the admin. */
const WAITS_FOR_FENCING = 'takeover-waits-for-fencing';
const WAITS_FOR_WORD = 'takeover-waits-for-word';

/** By key of the cluster, what live hosts see or wait for. */
export const selectUnfenced = memoize(
  [selectClusters, (state: ConsoleState) => state.sections.takeover] as const,
  (clusters, takeovers): Record<string, UnfencedHost[]> =>
    Object.fromEntries(clusters.map((cluster) => [cluster.key, unfencedHosts(cluster, takeovers)])),
);

function unfencedHosts({ view, viewFrom, hosts }: Cluster, takeovers: Takeovers): UnfencedHost[] {
  if (viewFrom.freshness !== 'live') return [];
  const waits = hosts.flatMap(({ host }) =>
    host?.freshness === 'live' ? (takeovers[host.id]?.problems ?? []) : [],
  );
  const isWaited = (id: string, name: string) =>
    waits.some((finding) => finding.id === id && finding.host === name);
  return view.members
    .filter((member) => !member.online)
    .flatMap(({ name, pacemaker }): UnfencedHost[] => {
      if (isWaited(WAITS_FOR_WORD, name)) return [{ name, fencing: 'left' }];
      if (pacemaker?.state !== 'unclean' && !isWaited(WAITS_FOR_FENCING, name)) return [];
      const failed = lastFencing(view.fencing.history, name)?.outcome === 'failed';
      return [{ name, fencing: failed ? 'failed' : 'under-way' }];
    });
}

/** A VM that a takeover or a move took away from its home. */
export interface MovedVm {
  uuid: string;
  name: string;
  home: string;
  to: string;
  at: number;
}

/** VMs away from home by uuid, by key of the cluster, as the quorum disks of their homes tell. */
export const selectMovedVms = memoize(
  [selectClusters, (state: ConsoleState) => state.sections.takeover] as const,
  (clusters, takeovers): Record<string, Map<string, MovedVm>> =>
    Object.fromEntries(
      clusters.map(({ key, hosts }) => [
        key,
        new Map(
          hosts.flatMap(({ host, name: home }) =>
            (host === null ? [] : (takeovers[host.id]?.movedAway ?? [])).map((moved) => [
              moved.uuid,
              { ...moved, home },
            ]),
          ),
        ),
      ]),
    ),
);
