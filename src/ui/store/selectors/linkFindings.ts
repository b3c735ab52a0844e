import type { Finding } from '../../../contract/finding.ts';
import type { Cluster } from './clusters.ts';
import { linkSummaries } from './heartbeat.ts';

/** Told by every host for its own end; the console sees both ends and says it once. */
export const LINK_DOWN = 'link-down';

/** How many pairs of hosts are named before it says "and n more". */
const NAMED = 4;

/**
 * Heartbeat links that are down between hosts that are both in the membership: one finding per link. A host that has
 * left takes all its links along, which is no news beside that.
 */
export function linkFindings(cluster: Cluster): Finding[] {
  const online = new Set(cluster.view.members.filter((member) => member.online).map(({ name }) => name));
  return linkSummaries(cluster).flatMap(({ link, down, total }) => {
    const pairs = new Map<string, [string, string]>();
    for (const { from, to } of down) {
      if (!online.has(from) || !online.has(to)) continue;
      const pair = [from, to].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })) as [string, string];
      pairs.set(pair.join('|'), pair);
    }
    if (pairs.size === 0) return [];
    const { title, where } = describe(link, [...pairs.values()], online.size);
    return [
      {
        id: LINK_DOWN,
        severity: 'warning' as const,
        subject: `link ${link}`,
        title,
        cause: `${where}. The other links carry the heartbeat${total === down.length ? '; this one carries none' : ''}.`,
        remedy: `Check network cards, cables, switch and firewall of link ${link} there.`,
      },
    ];
  });
}

function describe(link: number, pairs: [string, string][], hosts: number): { title: string; where: string } {
  const common = pairs[0]?.find((name) => pairs.every((pair) => pair.includes(name)));
  if (common !== undefined && pairs.length > 1 && pairs.length === hosts - 1) {
    return {
      title: `${common} is cut off from heartbeat link ${link}`,
      where: 'It reaches no other host there',
    };
  }
  const named = pairs.slice(0, NAMED).map(([a, b]) => `${a} and ${b}`);
  const more = pairs.length > NAMED ? `, and ${pairs.length - NAMED} more pairs` : '';
  return {
    title: `Heartbeat link ${link} is down between some hosts`,
    where: `No connection between ${named.join(', ')}${more}`,
  };
}
