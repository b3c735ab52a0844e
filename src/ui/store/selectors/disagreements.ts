import type { Finding } from '../../../contract/finding.ts';
import type { QuorumDisksSection } from '../../../contract/hostState.ts';
import type { Cluster } from './clusters.ts';

const names = (list: string[]) => list.join(', ');

/**
 * What the live hosts of one cluster say against each other. None of it can be seen by a single host, so it is the
 * console that must notice.
 *
 * | memberships seen       | quorate sides | finding          |
 * |------------------------|---------------|------------------|
 * | all the same           | any           | none             |
 * | differ                 | none or one   | partition        |
 * | differ, disjoint       | two or more   | split brain      |
 */
export function findDisagreements(
  cluster: Cluster,
  quorumDisks: Record<string, QuorumDisksSection>,
): Finding[] {
  return [...membershipFindings(cluster), ...mountFindings(cluster, quorumDisks)];
}

function liveViews(cluster: Cluster) {
  return cluster.hosts.flatMap(({ host, view }) =>
    host !== null && view !== null && host.freshness === 'live' ? [{ host, view }] : [],
  );
}

function membershipFindings(cluster: Cluster): Finding[] {
  const sides = new Map<string, { seenBy: string[]; members: string[]; quorate: boolean }>();
  for (const { host, view } of liveViews(cluster)) {
    if (view.engine !== 'running') continue;
    const members = view.members.filter((member) => member.online).map((member) => member.name);
    const key = members.toSorted().join('\n');
    const side = sides.get(key) ?? { seenBy: [], members, quorate: false };
    side.seenBy.push(host.name);
    side.quorate ||= view.quorate;
    sides.set(key, side);
  }
  if (sides.size < 2) return [];
  const seen = [...sides.values()];
  const cause = seen
    .map(
      (side) =>
        `${names(side.seenBy)} ${side.seenBy.length === 1 ? 'sees' : 'see'} ${names(side.members) || 'nobody'}${side.quorate ? ' (quorate)' : ''}`,
    )
    .join('; ');
  const quorate = seen.filter((side) => side.quorate);
  const splitBrain = quorate.some((side, index) =>
    quorate.slice(index + 1).some((other) => !side.members.some((name) => other.members.includes(name))),
  );
  if (splitBrain) {
    return [
      {
        id: 'split-brain',
        severity: 'error',
        title: 'Split brain: two parts of the cluster both hold quorum',
        cause,
        remedy:
          'Stop the VMs on one part now and check fencing: both parts believe that they may run every VM.',
      },
    ];
  }
  return [
    {
      id: 'partition',
      severity: 'error',
      title: 'Hosts do not agree on who is in the cluster',
      cause,
      remedy: 'Check the heartbeat networks between these hosts. The part without quorum starts nothing.',
    },
  ];
}

function mountFindings(cluster: Cluster, sections: Record<string, QuorumDisksSection>): Finding[] {
  const mounts = new Map<string, string[]>();
  for (const { host } of cluster.hosts) {
    if (host === null || host.freshness !== 'live') continue;
    for (const disk of sections[host.id]?.disks ?? []) {
      mounts.set(disk.home, [...(mounts.get(disk.home) ?? []), host.name]);
    }
  }
  return [...mounts]
    .filter(([, on]) => on.length > 1)
    .map(([home, on]) => ({
      id: 'quorum-disk-mounted-twice',
      severity: 'error',
      host: home,
      title: `The quorum disk of ${home} is mounted on ${names(on)} at once`,
      cause: 'Two hosts that write to one ext4 file system destroy it.',
      remedy: `Unmount it on every host but ${home}, then check it with "fsck.ext4 -n".`,
    }));
}
