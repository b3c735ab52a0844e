import type { HostFacts } from '../../../../contract/deployment.ts';

/** A block device that all chosen hosts see under one name. */
export interface CommonDevice {
  /** The most lasting of the names that all hosts have for it. */
  path: string;
  /** Bytes. */
  size: number;
  /** What it holds, as the first host that sees something tells it; null: empty and free everywhere. */
  content: string | null;
}

const MiB = 1024 ** 2;

/** From names that stay to names that may change with the next boot. */
const lasting = [/^\/dev\/disk\/by-id\//, /^\/dev\/mapper\//, /^\/dev\/disk\/by-path\//, /^\/dev\/disk\//];

const rankOf = (path: string) => {
  const rank = lasting.findIndex((pattern) => pattern.test(path));
  return rank < 0 ? lasting.length : rank;
};

/** Devices that every host has under the same name, smallest first: quorum and poison-pill disks are small. */
export function commonDevices(facts: HostFacts[]): CommonDevice[] {
  const [first, ...others] = facts;
  if (first === undefined) return [];
  return first.blockDevices
    .flatMap((device) => {
      const shared = [device.path, ...device.aliases]
        .filter((name) => others.every((host) => deviceNamed(host, name) !== undefined))
        .toSorted((a, b) => rankOf(a) - rankOf(b) || a.length - b.length || a.localeCompare(b));
      const [path] = shared;
      if (path === undefined) return [];
      const contents = facts.flatMap((host) => deviceNamed(host, path)?.content ?? []);
      return [{ path, size: device.size, content: contents[0] ?? null }];
    })
    .toSorted((a, b) => a.size - b.size || a.path.localeCompare(b.path, 'en', { numeric: true }));
}

function deviceNamed(host: HostFacts, name: string): HostFacts['blockDevices'][number] | undefined {
  return host.blockDevices.find((device) => device.path === name || device.aliases.includes(name));
}

const isPoisonPill = (content: string | null) => content?.includes('poison-pill') === true;
const isQuorumDisk = (content: string | null) => content?.includes('quorum disk') === true;

/** Devices that could be quorum disks: free, or one already, and of a size that is not a VM's disk. */
export function quorumDiskCandidates(devices: CommonDevice[]): CommonDevice[] {
  return devices.filter(
    ({ path, size, content }) =>
      (content === null || isQuorumDisk(content)) &&
      size >= 32 * MiB &&
      size <= 4096 * MiB &&
      !/sbd|stonith|fenc/i.test(path),
  );
}

/** Devices that could be poison-pill disks: free, or one already, and small or named for it. */
export function poisonPillCandidates(devices: CommonDevice[]): CommonDevice[] {
  return devices
    .filter(
      ({ path, size, content }) =>
        isPoisonPill(content) || (content === null && (/sbd|stonith|fenc/i.test(path) || size <= 16 * MiB)),
    )
    .toSorted((a, b) => Number(isPoisonPill(b.content)) - Number(isPoisonPill(a.content)));
}

/**
 * A device for each host, by inventory id: one whose name ends in the node's name if there is one, else the next free
 * one. Null where there are not enough.
 */
export function assignDevices(
  hostIds: string[],
  nodeNames: Record<string, string>,
  candidates: CommonDevice[],
): Record<string, string> | null {
  const free = new Set(candidates.map(({ path }) => path));
  const assigned: Record<string, string> = {};
  for (const id of hostIds) {
    const name = (nodeNames[id] ?? '').toLowerCase();
    const own = [...free].find(
      (path) =>
        name !== '' &&
        path
          .toLowerCase()
          .split(/[^a-z0-9]+/)
          .at(-1) === name,
    );
    if (own === undefined) continue;
    assigned[id] = own;
    free.delete(own);
  }
  for (const id of hostIds) {
    if (assigned[id] !== undefined) continue;
    const [next] = free;
    if (next === undefined) return null;
    assigned[id] = next;
    free.delete(next);
  }
  return assigned;
}
