import { Arrangement } from './arrangement.ts';
import { balanceSearch } from './balanceSearch.ts';
import { compareEvenness, Loads } from './evenness.ts';
import { improve } from './improve.ts';
import { groupItems, type Items } from './items.ts';
import type { Problem } from './problem.ts';
import { largestFirst } from './repack.ts';
import type { Placement } from './solve.ts';

export interface Balanced {
  placement: Placement;
  /** No placement of these VMs is evener. */
  proved: boolean;
}

/** Spreads the chosen VMs as evenly as the hosts they may go to (`rows`) allow; `placement` is one way to run them. */
export function balance(
  problem: Problem,
  chosen: readonly number[],
  rows: readonly Uint8Array[],
  placement: Placement,
): Balanced {
  const grouped = groupItems(problem, chosen, rows);
  if (grouped === null) throw new Error('VMs that were placed contradict each other');
  const { items, itemOf } = grouped;
  const given = new Arrangement(items);
  for (const [position, vm] of chosen.entries()) {
    const item = itemOf[position] ?? -1;
    if (given.hostOf[item] === -1) given.place(item, placement[vm] ?? -1);
  }
  const start = better(problem, given, emptiestFirst(problem, items));
  improve(problem, start);
  const { hostOf, proved } = balanceSearch(problem, start);
  const balanced = placement.slice();
  for (const [position, vm] of chosen.entries()) balanced[vm] = hostOf[itemOf[position] ?? -1] ?? -1;
  return { placement: balanced, proved };
}

function better(problem: Problem, a: Arrangement, b: Arrangement | null): Arrangement {
  if (b === null) return a;
  const evenness = (arrangement: Arrangement) => new Loads(problem, arrangement).evenness();
  return compareEvenness(evenness(b), evenness(a)) < 0 ? b : a;
}

/** The largest items first, each on the host that is then loaded least; null if that leads into a corner. */
function emptiestFirst(problem: Problem, items: Items): Arrangement | null {
  const arrangement = new Arrangement(items);
  const loads = new Loads(problem, arrangement);
  for (const item of largestFirst(items)) {
    let best = -1;
    let bestLoad = Number.POSITIVE_INFINITY;
    for (let host = 0; host < items.hostCount; host++) {
      if (!arrangement.fits(item, host)) continue;
      const load = loads.peak(host, items.memory[item], items.cpu[item]);
      if (load >= bestLoad) continue;
      best = host;
      bestLoad = load;
    }
    if (best < 0) return null;
    arrangement.place(item, best);
  }
  return arrangement;
}
