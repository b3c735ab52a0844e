import type { ClusterSection, Member } from '../../../contract/clusterState.ts';
import { memoize } from '../memoize.ts';
import type { ConsoleState } from '../state.ts';
import { type HostIdentity, selectHosts } from './hosts.ts';

/** One line of a cluster's host list: a member, a host of the inventory, or (as it should be) both. */
export interface ClusterHost {
  name: string;
  /** Null: a member that is not in the console's inventory. */
  host: HostIdentity | null;
  /** As the chosen view has it; null: that view does not know this host. */
  member: Member | null;
  /** What this host itself says of the cluster, live or not. */
  view: ClusterSection | null;
}

export interface Cluster {
  /** Stable key for addresses and lists. */
  key: string;
  /** Null: a cluster that Minime did not deploy. */
  id: string | null;
  name: string;
  hosts: ClusterHost[];
  /** The view that is shown: the one that deserves most trust. */
  view: ClusterSection;
  viewFrom: HostIdentity;
}

/** Key of the cluster that a section tells of; null where there is none. */
export function clusterKey(section: ClusterSection | undefined): string | null {
  if (section === undefined || section.engine === 'none') return null;
  return section.id ?? `foreign-${section.name ?? 'cluster'}`;
}

/** Clusters in order of their names, made of what the hosts say or last said. Does not depend on load or VMs. */
export const selectClusters = memoize(
  [
    (state: ConsoleState) => state.sections.cluster,
    (state: ConsoleState) => state.entries,
    selectHosts,
  ] as const,
  (sections, entries, hosts): Cluster[] => {
    const groups = new Map<string, Told[]>();
    for (const host of Object.values(hosts)) {
      const view = sections[host.id] ?? null;
      const isBare = host.connection.state === 'bare';
      const remembered = view === null && !isBare ? entries[host.id]?.lastKnown?.cluster : undefined;
      const key = remembered?.id ?? clusterKey(view ?? undefined);
      if (key === null) continue;
      groups.set(key, [...(groups.get(key) ?? []), { host, view, name: remembered?.name ?? view?.name }]);
    }
    return [...groups]
      .flatMap(([key, told]) => assemble(key, told, hosts) ?? [])
      .sort((a, b) => a.name.localeCompare(b.name) || a.key.localeCompare(b.key));
  },
);

/** A host of a cluster; without a view it is only remembered to belong there. */
interface Told {
  host: HostIdentity;
  view: ClusterSection | null;
  name: string | undefined;
}

/** Hosts that belong to no cluster, as far as anyone can tell. */
export const selectFreeHosts = memoize([selectHosts, selectClusters] as const, (hosts, clusters) => {
  const taken = new Set(clusters.flatMap((cluster) => cluster.hosts.map(({ host }) => host?.id)));
  return Object.values(hosts).filter((host) => !taken.has(host.id));
});

const freshnessRank = { live: 2, stale: 1, none: 0 } as const;

/**
 * Trust in a host's view: live before stale, a running engine before a stopped one, quorate before not, then the one
 * heard last. Greater is better.
 */
function trust(view: ClusterSection, host: HostIdentity): number[] {
  return [
    freshnessRank[host.freshness],
    view.engine === 'running' ? 1 : 0,
    view.quorate ? 1 : 0,
    host.staleSince ?? Number.MAX_SAFE_INTEGER,
  ];
}

function compareTrust(a: number[], b: number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function assemble(key: string, told: Told[], hosts: Record<string, HostIdentity>): Cluster | null {
  const best = told
    .map(({ host, view, name }) => ({ host, name, view: view ?? nothingTold(key, name) }))
    .sort(
      (a, b) =>
        compareTrust(trust(b.view, b.host), trust(a.view, a.host)) || a.host.name.localeCompare(b.host.name),
    )[0];
  if (best === undefined) return null;

  const rows = new Map<string, ClusterHost>();
  for (const member of best.view.members) {
    rows.set(member.name, { name: member.name, member, host: null, view: null });
  }
  for (const { view, host } of told) {
    const member = rows.get(host.name)?.member ?? null;
    rows.set(host.name, { name: host.name, member, host, view });
  }
  // A host that has never told anything is recognised by its address.
  for (const row of rows.values()) row.host ??= silentHost(row.name, hosts);
  return {
    key,
    id: best.view.id ?? null,
    name: best.view.name ?? best.name ?? 'unnamed cluster',
    hosts: [...rows.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
    view: best.view,
    viewFrom: best.host,
  };
}

/** Stands for the view of a cluster of which no host has told anything since the console started. */
function nothingTold(id: string, name: string | undefined): ClusterSection {
  return {
    engine: 'stopped',
    id,
    ...(name === undefined ? {} : { name }),
    quorate: false,
    members: [],
    links: [],
    fencing: { method: 'none', agents: [], enabled: false, devices: [], watchdog: {}, history: [] },
    quorumDisks: [],
    problems: [],
  };
}

/** The one host that was never heard and whose address begins with the member's name. */
function silentHost(member: string, hosts: Record<string, HostIdentity>): HostIdentity | null {
  const silent = Object.values(hosts).filter(
    (host) => host.freshness === 'none' && host.connection.state !== 'bare' && isNamed(host.address, member),
  );
  return silent.length === 1 ? (silent[0] ?? null) : null;
}

function isNamed(address: string, member: string): boolean {
  return address === member || address.startsWith(`${member}.`);
}
