import { Arrangement } from './arrangement.ts';
import { provablyTooMuch } from './bounds.ts';
import { groupItems, type Items } from './items.ts';
import type { Problem } from './problem.ts';
import { rearrange } from './rearrange.ts';
import { repack } from './repack.ts';
import { search } from './search.ts';
import type { Steps } from './steps.ts';

/** Part of the steps that are left which one question may use up. */
const PART_PER_QUESTION = 0.25;

/** By VM of the problem: its host, or -1. */
export type Placement = Int32Array;

export type SolveAnswer =
  | { kind: 'found'; placement: Placement }
  | { kind: 'impossible' }
  /** The steps ran out first. */
  | { kind: 'unknown' };

export interface Question {
  problem: Problem;
  /** VMs that must all be placed. */
  chosen: readonly number[];
  /** By VM of the problem: the hosts it may go to. */
  rows: readonly Uint8Array[];
  /** A placement of most of the VMs, to start from. */
  start: Placement;
  /** The VM without which `start` is an answer; null: `start` is none even so. */
  newcomer: number | null;
  /** `rearrange`: only make room for what is not placed yet. `full`: also pack anew, and in the end try every way. */
  effort: 'rearrange' | 'full';
}

/** Can these VMs all run, and where? Cheap answers are tried first. */
export function solve(question: Question, steps: Steps): SolveAnswer {
  const { problem, chosen, rows, start, newcomer, effort } = question;
  const grouped = groupItems(problem, chosen, rows);
  if (grouped === null) return { kind: 'impossible' };
  const { items, itemOf } = grouped;
  const found = (hostOf: Int32Array): SolveAnswer => {
    const placement = new Int32Array(problem.vms.length).fill(-1);
    for (const [position, vm] of chosen.entries()) placement[vm] = hostOf[itemOf[position] ?? 0] ?? -1;
    return { kind: 'found', placement };
  };

  const arrangement = new Arrangement(items);
  const displaced = takeOver(arrangement, chosen, itemOf, start);
  const inserted = displaced.filter((item) => {
    const host = arrangement.tightestHost(item);
    if (host >= 0) arrangement.place(item, host);
    return host >= 0;
  });
  if (inserted.length === displaced.length) return found(arrangement.hostOf);

  const newItem = newcomer === null ? undefined : itemOf[chosen.indexOf(newcomer)];
  if (items.allowed.some((row) => !row.includes(1)) || provablyTooMuch(items, newItem)) {
    return { kind: 'impossible' };
  }
  return steps.withPart(PART_PER_QUESTION, () => {
    const still = displaced.filter((item) => arrangement.hostOf[item] === -1);
    const rearranged = rearrange(arrangement, still, steps);
    if (rearranged !== null) return found(rearranged);
    if (effort === 'rearrange') return { kind: 'unknown' };
    const packed = repack(items, steps);
    if (packed !== null) return found(packed);
    const answer = search(items, steps);
    return answer.kind === 'found' ? found(answer.hostOf) : answer;
  });
}

/** Places what can stay where it was. Returns the other items, largest first. */
function takeOver(
  arrangement: Arrangement,
  chosen: readonly number[],
  itemOf: Int32Array,
  start: Placement,
): number[] {
  const { items } = arrangement;
  const before = new Int32Array(items.count).fill(-1);
  for (const [position, vm] of chosen.entries()) {
    const host = start[vm] ?? -1;
    if (host >= 0) before[itemOf[position] ?? 0] = host;
  }
  const displaced: number[] = [];
  for (let item = 0; item < items.count; item++) {
    const host = before[item] ?? -1;
    if (host >= 0 && arrangement.fits(item, host)) arrangement.place(item, host);
    else displaced.push(item);
  }
  return displaced.sort((a, b) => weight(items, b) - weight(items, a));
}

const weight = (items: Items, item: number): number => (items.memory[item] ?? 0) + (items.cpu[item] ?? 0);
