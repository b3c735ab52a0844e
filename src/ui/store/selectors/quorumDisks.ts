import type { QuorumDiskPlacement } from '../../../contract/clusterState.ts';
import type { QuorumDisksSection } from '../../../contract/hostState.ts';
import type { Cluster } from './clusters.ts';
import type { HostIdentity } from './hosts.ts';

type MountedDisk = QuorumDisksSection['disks'][number];

export interface QuorumDiskRow {
  home: string;
  placement: QuorumDiskPlacement;
  /** The host that has it mounted is in the membership. Until a dead host is fenced, Pacemaker still places it there. */
  holderOnline: boolean;
  /** What the host that has it mounted tells of it; null: nobody in sight does. */
  disk: MountedDisk | null;
  toldBy: HostIdentity | null;
  /** The syncs of its home host, if that host tells of them right now. */
  sync: QuorumDisksSection['sync'] | null;
  current: number;
  total: number;
  /** Numbers of definitions that are not as they should be, worst first; none that are zero. */
  flaws: { state: 'tampered' | 'unreadable' | 'stale' | 'orphan'; number: number }[];
}

const flawOrder = ['tampered', 'unreadable', 'stale', 'orphan'] as const;

/** One row per quorum disk of the cluster, in order of home hosts. */
export function quorumDiskRows(
  cluster: Cluster,
  sections: Record<string, QuorumDisksSection>,
): QuorumDiskRow[] {
  return cluster.view.quorumDisks
    .map((placement) => {
      const seen = cluster.hosts
        .flatMap(({ host }) => {
          const disk =
            host === null ? undefined : sections[host.id]?.disks.find(({ home }) => home === placement.home);
          return host === null || disk === undefined ? [] : [{ host, disk }];
        })
        .sort((a, b) => likelihood(b.host, placement) - likelihood(a.host, placement))[0];
      const home = cluster.hosts.find(({ host }) => host?.name === placement.home)?.host;
      const definitions = seen?.disk.definitions ?? [];
      return {
        home: placement.home,
        placement,
        holderOnline: cluster.view.members.some(
          (member) => member.name === placement.mountedOn && member.online,
        ),
        disk: seen?.disk ?? null,
        toldBy: seen?.host ?? null,
        sync: home?.freshness === 'live' ? (sections[home.id]?.sync ?? null) : null,
        current: definitions.filter(({ state }) => state === 'current').length,
        total: definitions.length,
        flaws: flawOrder
          .map((state) => ({
            state,
            number: definitions.filter((definition) => definition.state === state).length,
          }))
          .filter(({ number }) => number > 0),
      };
    })
    .sort((a, b) => a.home.localeCompare(b.home, 'en', { numeric: true }));
}

/** How likely it is that this host tells the present state of the disk. */
function likelihood(host: HostIdentity, placement: QuorumDiskPlacement): number {
  return (host.freshness === 'live' ? 2 : 0) + (host.name === placement.mountedOn ? 1 : 0);
}
