import { Arrangement } from './arrangement.ts';
import { compareEvenness, Loads } from './evenness.ts';
import type { Items } from './items.ts';
import type { Problem } from './problem.ts';
import { largestFirst } from './repack.ts';
import { StateHash } from './stateHash.ts';
import { Steps } from './steps.ts';

/** With more items than this a search cannot prove anything within its bound, so none is begun. */
const MOST_ITEMS = 16;
const MOST_STEPS = 4_000;

/** Looks through all placements for a more even one than `start`, leaving out those that cannot be. */
export function balanceSearch(problem: Problem, start: Arrangement): { hostOf: Int32Array; proved: boolean } {
  const { items } = start;
  if (items.count > MOST_ITEMS) return { hostOf: start.hostOf, proved: false };
  const arrangement = new Arrangement(items);
  const loads = new Loads(problem, arrangement);
  const order = largestFirst(items);
  const steps = new Steps(MOST_STEPS);
  const likeness = hostLikeness(problem, items, arrangement);
  let hostOf = start.hostOf;
  let best = new Loads(problem, start).evenness();

  /** False: the steps ran out. */
  const visit = (depth: number): boolean => {
    const now = loads.evenness();
    const item = order[depth];
    if (item === undefined) {
      if (compareEvenness(now, best) < 0) {
        best = now;
        hostOf = arrangement.hostOf.slice();
      }
      return true;
    }
    if (!steps.take()) return false;
    let spread = now.spread;
    for (const later of order.slice(depth)) spread += leastIncrease(arrangement, loads, later);
    if (compareEvenness({ peak: now.peak, spread }, best) >= 0) return true;
    const seen = new Set<string>();
    const hosts: { host: number; spread: number }[] = [];
    for (let host = 0; host < items.hostCount; host++) {
      if (!arrangement.fits(item, host) || seen.has(likeness(host))) continue;
      seen.add(likeness(host));
      hosts.push({ host, spread: increase(items, loads, item, host) });
    }
    for (const { host } of hosts.sort((a, b) => a.spread - b.spread)) {
      arrangement.place(item, host);
      const finished = visit(depth + 1);
      arrangement.remove(item);
      if (!finished) return false;
    }
    return true;
  };

  const proved = visit(0);
  return { hostOf, proved };
}

function increase(items: Items, loads: Loads, item: number, host: number): number {
  return loads.squares(host, items.memory[item], items.cpu[item]) - loads.squares(host);
}

/** What the item adds to the spread at least: loads only grow from here on, and with them what it adds. */
function leastIncrease(arrangement: Arrangement, loads: Loads, item: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let host = 0; host < arrangement.items.hostCount; host++) {
    if (arrangement.fits(item, host)) least = Math.min(least, increase(arrangement.items, loads, item, host));
  }
  return least;
}

/** Equal for hosts that differ in name only: also in size and load, which the state of the arrangement leaves out. */
function hostLikeness(problem: Problem, items: Items, arrangement: Arrangement): (host: number) => string {
  const states = new StateHash(items, arrangement);
  const fixed = problem.hosts.map(
    ({ memoryTotal, cores }, host) =>
      `${memoryTotal} ${cores} ${problem.usedMemory[host]} ${problem.usedCpu[host]}`,
  );
  return (host) => `${states.of(host)} ${fixed[host]}`;
}
