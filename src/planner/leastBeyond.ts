import { balance } from './balance.ts';
import type { Choice } from './choose.ts';
import { cpuPercent } from './figures.ts';
import { limitCpu, type Problem } from './problem.ts';
import { type Placement, solve } from './solve.ts';
import type { Steps } from './steps.ts';

export interface Beyond {
  /** With the CPU thresholds raised on all hosts alike, as far as it takes. */
  problem: Problem;
  placement: Placement;
  /** It is known that it takes so much. */
  proved: boolean;
}

/**
 * Places the chosen VMs so that no host that gets one goes further beyond its CPU threshold than it must: by the smallest number
 * of whole percent points, 0 where the thresholds can be kept. `free`: the problem with CPU as no limit.
 */
export function leastBeyond(free: Problem, { chosen, placement: start }: Choice, steps: Steps): Beyond {
  let placement = start;
  let proved = true;
  let lowest = 0;
  let highest = pointsBeyond(free, chosen, start);
  const ask = (points: number): void => {
    const problem = limitCpu(free, points);
    const question = { problem, chosen, rows: problem.allowed, start: placement, newcomer: null };
    const answer = solve({ ...question, effort: 'full' }, steps);
    if (answer.kind === 'found') {
      placement = answer.placement;
      highest = points;
    } else {
      if (answer.kind === 'unknown') proved = false;
      lowest = points + 1;
    }
  };
  if (highest > 0) ask(0);
  if (highest > lowest) {
    const even = balance(free, chosen, free.allowed, placement).placement;
    const points = pointsBeyond(free, chosen, even);
    if (points < highest) {
      placement = even;
      highest = Math.max(points, lowest);
    }
  }
  while (highest > lowest) ask(Math.floor((lowest + highest) / 2));
  return { problem: limitCpu(free, highest), placement, proved };
}

/** Whole percent points by which the CPU thresholds would have to be raised for this placement. */
function pointsBeyond(free: Problem, chosen: readonly number[], placement: Placement): number {
  const used = free.usedCpu.slice();
  const gets = new Set<number>();
  for (const vm of chosen) {
    const host = placement[vm] ?? -1;
    gets.add(host);
    used[host] = (used[host] ?? 0) + (free.vms[vm]?.cpu ?? 0);
  }
  let points = 0;
  for (const host of gets) {
    const planHost = free.hosts[host];
    if (planHost === undefined) continue;
    const over = cpuPercent(planHost, used[host] ?? 0) - (free.thresholds[host]?.maxCpuPercent ?? 0);
    // The limit is rounded down: what is whole but for rounding needs one more at most.
    points = Math.max(points, Math.ceil(over - 1e-9));
  }
  const { roomCpu } = limitCpu(free, points);
  const fits = [...gets].every(
    (host) => (used[host] ?? 0) - (free.usedCpu[host] ?? 0) <= (roomCpu[host] ?? 0),
  );
  return fits ? points : points + 1;
}
