import type { HeartbeatLink, LinkPeer } from '../../../contract/clusterState.ts';
import type { Cluster } from './clusters.ts';

/** What one host says of one link to one peer. Null: it says nothing. */
export interface LinkReading {
  link: number;
  reading: LinkPeer | null;
}

export interface HeartbeatCell {
  peer: string;
  links: LinkReading[];
}

export interface HeartbeatRow {
  from: string;
  live: boolean;
  staleSince: number | null;
  /** Null: this host has told nothing of its links. */
  cells: HeartbeatCell[] | null;
}

export interface LinkSummary {
  link: number;
  connected: number;
  total: number;
  averageUs: number | null;
  worstUs: number | null;
  /** Pairs that are down, as "from → to". */
  down: { from: string; to: string }[];
}

/** Rows of the heartbeat matrix: each host's own readings of its links to every other. */
export function heartbeatRows(cluster: Cluster): HeartbeatRow[] {
  const names = cluster.hosts.map(({ name }) => name);
  const numbers = linkNumbers(cluster);
  return cluster.hosts.map(({ name, host, view }) => ({
    from: name,
    live: host?.freshness === 'live',
    staleSince: host?.staleSince ?? null,
    cells: view === null || view.links.length === 0 ? null : cellsOf(view.links, names, numbers),
  }));
}

function cellsOf(links: readonly HeartbeatLink[], names: string[], numbers: number[]): HeartbeatCell[] {
  const readings = new Map(
    links.map(({ link, peers }) => [link, new Map(peers.map((reading) => [reading.peer, reading]))]),
  );
  return names.map((peer) => ({
    peer,
    links: numbers.map((link) => ({ link, reading: readings.get(link)?.get(peer) ?? null })),
  }));
}

/** Per link, how it stands in the whole cluster; only what live hosts say counts. */
export function linkSummaries(cluster: Cluster): LinkSummary[] {
  const rows = heartbeatRows(cluster).filter((row) => row.live);
  return linkNumbers(cluster).map((link) => {
    const readings = rows.flatMap((row) =>
      (row.cells ?? []).flatMap((cell) => {
        const reading = cell.links.find((known) => known.link === link)?.reading ?? null;
        return reading === null ? [] : [{ from: row.from, reading }];
      }),
    );
    const averages = readings.flatMap(({ reading }) => reading.latencyUs ?? []);
    const worst = readings.flatMap(({ reading }) => reading.latencyMaxUs ?? []);
    return {
      link,
      connected: readings.filter(({ reading }) => reading.connected).length,
      total: readings.length,
      averageUs:
        averages.length === 0 ? null : averages.reduce((sum, value) => sum + value, 0) / averages.length,
      worstUs: worst.length === 0 ? null : Math.max(...worst),
      down: readings
        .filter(({ reading }) => !reading.connected)
        .map(({ from, reading }) => ({ from, to: reading.peer })),
    };
  });
}

function linkNumbers(cluster: Cluster): number[] {
  const numbers = new Set(cluster.hosts.flatMap(({ view }) => view?.links.map(({ link }) => link) ?? []));
  return [...numbers].sort((a, b) => a - b);
}
