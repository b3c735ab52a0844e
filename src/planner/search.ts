import { Arrangement } from './arrangement.ts';
import type { Items } from './items.ts';
import { largestFirst } from './repack.ts';
import { StateHash } from './stateHash.ts';
import type { Steps } from './steps.ts';

export type SearchAnswer =
  | { kind: 'found'; hostOf: Int32Array }
  | { kind: 'impossible' }
  | { kind: 'unknown' };

/**
 * Tries every way to place the items, those with least choice and the largest first, until one works or all are ruled
 * out. Ways that cannot work are cut off early: hosts that are alike count once, a state met before is not looked at
 * again, and what is left to place must not exceed the room it could use.
 */
export function search(items: Items, steps: Steps): SearchAnswer {
  const arrangement = new Arrangement(items);
  const order = searchOrder(items);
  const remaining = remainingNeeds(items, order);
  const states = new StateHash(items, arrangement);
  const deadEnds = new Set<string>();

  const visit = (depth: number): boolean | 'stopped' => {
    const item = order[depth];
    if (item === undefined) return true;
    if (!steps.take()) return 'stopped';
    if (!remaining.couldFit(depth, arrangement)) return false;
    const state = `${depth}:${states.value}`;
    if (deadEnds.has(state)) return false;
    for (const host of hostsToTry(arrangement, item, states)) {
      states.forget(host);
      arrangement.place(item, host);
      states.note(host);
      const done = visit(depth + 1);
      if (done !== false) return done;
      states.forget(host);
      arrangement.remove(item);
      states.note(host);
    }
    deadEnds.add(state);
    return false;
  };

  const done = visit(0);
  if (done === 'stopped') return { kind: 'unknown' };
  return done ? { kind: 'found', hostOf: arrangement.hostOf } : { kind: 'impossible' };
}

function searchOrder(items: Items): number[] {
  const choice = items.allowed.map((row) => row.reduce((count, may) => count + may, 0));
  // Stable: among those with equal choice the order by size stays.
  return largestFirst(items).sort((a, b) => Math.min(2, choice[a] ?? 0) - Math.min(2, choice[b] ?? 0));
}

/** Hosts the item fits on, tightest first, one of each kind that is alike. */
function hostsToTry(arrangement: Arrangement, item: number, states: StateHash): number[] {
  const seen = new Set<number>();
  const hosts: { host: number; left: number }[] = [];
  for (let host = 0; host < arrangement.items.hostCount; host++) {
    if (!arrangement.fits(item, host)) continue;
    const alike = states.of(host);
    if (seen.has(alike)) continue;
    seen.add(alike);
    hosts.push({ host, left: arrangement.roomLeft(item, host) });
  }
  return hosts.sort((a, b) => a.left - b.left).map(({ host }) => host);
}

/** What the items from a depth on need in all, against the room on hosts that could take even the smallest of them. */
function remainingNeeds(items: Items, order: readonly number[]) {
  const length = order.length + 1;
  const memory = new Float64Array(length);
  const cpu = new Float64Array(length);
  const leastMemory = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
  const leastCpu = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
  for (let depth = order.length - 1; depth >= 0; depth--) {
    const item = order[depth] ?? 0;
    memory[depth] = (memory[depth + 1] ?? 0) + (items.memory[item] ?? 0);
    cpu[depth] = (cpu[depth + 1] ?? 0) + (items.cpu[item] ?? 0);
    leastMemory[depth] = Math.min(leastMemory[depth + 1] ?? 0, items.memory[item] ?? 0);
    leastCpu[depth] = Math.min(leastCpu[depth + 1] ?? 0, items.cpu[item] ?? 0);
  }
  const couldFit = (depth: number, { roomMemory, roomCpu }: Arrangement): boolean => {
    let memoryLeft = memory[depth] ?? 0;
    let cpuLeft = cpu[depth] ?? 0;
    for (let host = 0; host < roomMemory.length; host++) {
      const hasMemory = roomMemory[host] ?? 0;
      const hasCpu = roomCpu[host] ?? 0;
      if (hasMemory < (leastMemory[depth] ?? 0) || hasCpu < (leastCpu[depth] ?? 0)) continue;
      memoryLeft -= hasMemory;
      cpuLeft -= hasCpu;
      if (memoryLeft <= 0 && cpuLeft <= 0) return true;
    }
    return memoryLeft <= 0 && cpuLeft <= 0;
  };
  return { couldFit };
}
