import type { Choice } from './choose.ts';
import type { Problem } from './problem.ts';
import { type Placement, solve } from './solve.ts';
import type { Steps } from './steps.ts';

export interface Preferred {
  placement: Placement;
  /** By VM: the hosts it may go to now; for a VM that gets its preferred host, this one alone. */
  rows: readonly Uint8Array[];
  /** VMs whose preferred host was given up without proof that it had to be. */
  undecided: readonly number[];
}

/**
 * Gives the chosen VMs their preferred hosts, in restart order: each that can have it while every chosen VM still runs
 * and those above keep theirs.
 */
export function prefer(
  problem: Problem,
  choice: Choice,
  preferredHosts: readonly number[],
  steps: Steps,
): Preferred {
  const rows = [...problem.allowed];
  const undecided: number[] = [];
  let { placement } = choice;
  for (const vm of choice.chosen) {
    const preferred = preferredHosts[vm] ?? -1;
    const row = rows[vm];
    if (preferred < 0 || row?.[preferred] !== 1) continue;
    const before = row;
    rows[vm] = row.map((_, host) => (host === preferred ? 1 : 0));
    if (placement[vm] === preferred) continue;
    const question = { problem, chosen: choice.chosen, rows, start: placement, newcomer: vm };
    const answer = solve({ ...question, effort: 'full' }, steps);
    if (answer.kind === 'found') {
      placement = answer.placement;
    } else {
      rows[vm] = before;
      if (answer.kind === 'unknown') undecided.push(vm);
    }
  }
  return { placement, rows, undecided };
}
