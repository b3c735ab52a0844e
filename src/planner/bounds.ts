import type { Items } from './items.ts';

/** Grains looked at per question; more prove little more. */
const MOST_GRAINS = 48;

/**
 * True if counting alone proves that the items cannot all be placed. `newcomer`: an item without which they can; only
 * what it takes part in needs to be looked at.
 *
 * For any grain g, an item of size s takes floor(s/g) whole grains and a room r offers floor(r/g); what is on one host
 * together never takes more grains than the host's room offers. So if items that can only go to certain hosts take more
 * grains than these hosts offer, they do not fit. A grain of 1 compares the plain sums.
 */
export function provablyTooMuch(items: Items, newcomer?: number): boolean {
  for (const hosts of hostSets(items, newcomer)) {
    const members: number[] = [];
    for (let item = 0; item < items.count; item++) {
      if (items.allowed[item]?.every((may, host) => may <= (hosts[host] ?? 0)) === true) members.push(item);
    }
    if (resourceTooScarce(members, hosts, items.memory, items.roomMemory, newcomer)) return true;
    if (resourceTooScarce(members, hosts, items.cpu, items.roomCpu, newcomer)) return true;
  }
  return false;
}

/** All hosts, and each set of hosts that some item is limited to (with a newcomer: that include its hosts). */
function hostSets(items: Items, newcomer: number | undefined): Uint8Array[] {
  const sets = new Map<string, Uint8Array>();
  const own = newcomer === undefined ? undefined : items.allowed[newcomer];
  const add = (row: Uint8Array): void => {
    if (own === undefined || own.every((may, host) => may <= (row[host] ?? 0))) sets.set(row.join(''), row);
  };
  add(new Uint8Array(items.hostCount).fill(1));
  const seen = new Set<Uint8Array>();
  for (const row of items.allowed) {
    if (!seen.has(row)) add(row);
    seen.add(row);
  }
  return [...sets.values()];
}

function resourceTooScarce(
  members: readonly number[],
  hosts: Uint8Array,
  sizes: Float64Array,
  rooms: Float64Array,
  newcomer: number | undefined,
): boolean {
  const largest = newcomer === undefined ? Number.POSITIVE_INFINITY : (sizes[newcomer] ?? 0);
  for (const grain of grains(members, sizes, largest)) {
    let taken = 0;
    for (const item of members) taken += Math.floor((sizes[item] ?? 0) / grain);
    for (let host = 0; host < rooms.length && taken > 0; host++) {
      if (hosts[host] === 1) taken -= Math.max(0, Math.floor((rooms[host] ?? 0) / grain));
    }
    if (taken > 0) return true;
  }
  return false;
}

/** Grains at which counts change: the sizes themselves and their halves and thirds, and 1. Largest first. */
function grains(members: readonly number[], sizes: Float64Array, largest: number): number[] {
  const found = new Set<number>([1]);
  for (const item of members) {
    const size = sizes[item] ?? 0;
    for (const grain of [size, size / 2, size / 3]) if (grain > 1 && grain <= largest) found.add(grain);
  }
  return [...found].sort((a, b) => b - a).slice(-MOST_GRAINS);
}
