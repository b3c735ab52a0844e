import type { Policy } from '../../../../contract/policy.ts';
import { applyChange } from './applyChange.ts';
import { type Change, continuationOf } from './change.ts';

/** What the admin did to the policy and has not applied. */
export interface Draft {
  /** The policy in force when the first change was made. */
  base: Policy;
  /** Oldest first, each with the policy after it. */
  steps: { change: Change; policy: Policy }[];
  /** Changes taken back, the one to be done again first at the end. */
  undone: Change[];
}

export const emptyDraft = (base: Policy): Draft => ({ base, steps: [], undone: [] });

export const policyOf = ({ base, steps }: Draft): Policy => steps.at(-1)?.policy ?? base;

/** Whether there is anything to apply: changes may cancel each other out. */
export const isEdited = (draft: Draft): boolean =>
  draft.steps.length > 0 && !samePolicy(policyOf(draft), draft.base);

export const changesOf = ({ steps }: Draft): Change[] => steps.map(({ change }) => change);

/** VMs (uuid) that were moved by hand. */
export const movedIn = ({ steps }: Draft): Set<string> =>
  new Set(steps.flatMap(({ change }) => (change.kind === 'move' ? change.vms : [])));

/** Whether two policies say the same, whatever their revisions. */
export function samePolicy(a: Policy, b: Policy): boolean {
  return equal({ ...a, revision: 0 }, { ...b, revision: 0 });
}

/** Equal as JSON, in whatever order the keys stand. Parts that both share are not looked at. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    left.length === right.size && left.every(([key, value]) => right.has(key) && equal(value, right.get(key)))
  );
}

/** The draft with one more change, or why there cannot be such a one. A change without effect leaves it as it is. */
export function withChange(draft: Draft, change: Change): Draft | { refused: string } {
  const last = draft.steps.at(-1);
  const key = continuationOf(change);
  const goesOn = last !== undefined && key !== null && continuationOf(last.change) === key;
  const before = goesOn ? draft.steps.slice(0, -1) : draft.steps;
  const from = before.at(-1)?.policy ?? draft.base;
  const applied = applyChange(from, change);
  if ('refused' in applied) return applied;
  if (samePolicy(applied.policy, from)) return goesOn ? { ...draft, steps: before, undone: [] } : draft;
  return { ...draft, steps: [...before, { change, policy: applied.policy }], undone: [] };
}

export function undo(draft: Draft): Draft {
  const last = draft.steps.at(-1);
  if (last === undefined) return draft;
  return { ...draft, steps: draft.steps.slice(0, -1), undone: [...draft.undone, last.change] };
}

export function redo(draft: Draft): Draft {
  const change = draft.undone.at(-1);
  if (change === undefined) return draft;
  const applied = applyChange(policyOf(draft), change);
  const undone = draft.undone.slice(0, -1);
  if ('refused' in applied) return { ...draft, undone };
  return { ...draft, steps: [...draft.steps, { change, policy: applied.policy }], undone };
}

export interface Replay {
  draft: Draft;
  /** Changes that make no sense on the new base, and why. */
  refused: { change: Change; why: string }[];
}

/** The same changes on another base: what is still possible, and what is not. */
export function replay(changes: readonly Change[], base: Policy): Replay {
  const refused: Replay['refused'] = [];
  const steps: Draft['steps'] = [];
  for (const change of changes) {
    const from = steps.at(-1)?.policy ?? base;
    const applied = applyChange(from, change);
    if ('refused' in applied) refused.push({ change, why: applied.refused });
    else if (!samePolicy(applied.policy, from)) steps.push({ change, policy: applied.policy });
  }
  return { draft: { base, steps, undone: [] }, refused };
}
