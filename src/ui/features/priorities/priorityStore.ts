import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ErrorInfo } from '../../../contract/errors.ts';
import { type Policy, policySchema } from '../../../contract/policy.ts';
import type { Change } from './model/change.ts';
import { changesOf, type Draft, emptyDraft, redo, replay, undo, withChange } from './model/draft.ts';

export type ApplyState =
  | { state: 'idle' }
  | { state: 'applying' }
  | { state: 'failed'; error: ErrorInfo }
  | { state: 'applied'; revision: number; changes: number };

/** What the admin is about to do with one cluster's policy. */
export interface ClusterPriorities {
  /** Null: nothing is changed, and the policy in force is shown whatever comes. */
  draft: Draft | null;
  apply: ApplyState;
  /** The policy that was applied last, until the hosts tell of it. */
  applied: Policy | null;
  /** Hosts of the what-if; null: the default. */
  failed: string[] | null;
}

export interface PriorityState {
  clusters: Record<string, ClusterPriorities>;
}

export type PriorityStore = StoreApi<PriorityState>;

export const untouched: ClusterPriorities = {
  draft: null,
  apply: { state: 'idle' },
  applied: null,
  failed: null,
};

const ITEM = 'minime-priorities';

/** Changes are parsed by doing them again, so only their outline is checked here. */
const savedSchema = z.record(
  z.string(),
  z.object({ base: policySchema, changes: z.array(z.looseObject({ kind: z.string() })) }),
);

/** Drafts by key of the cluster. They outlive a look at another screen, and a reload of the page. */
export function createPriorityStore(storage: Pick<Storage, 'getItem' | 'setItem'>): PriorityStore {
  const store = createStore<PriorityState>(() => ({ clusters: readSaved(storage.getItem(ITEM)) }));
  store.subscribe(({ clusters }) => {
    const drafts = Object.entries(clusters).flatMap(([key, { draft }]) =>
      draft === null || draft.steps.length === 0
        ? []
        : [[key, { base: draft.base, changes: changesOf(draft) }] as const],
    );
    storage.setItem(ITEM, JSON.stringify(Object.fromEntries(drafts)));
  });
  return store;
}

function readSaved(text: string | null): PriorityState['clusters'] {
  if (text === null) return {};
  try {
    return Object.fromEntries(
      Object.entries(savedSchema.parse(JSON.parse(text))).map(([key, { base, changes }]) => [
        key,
        { ...untouched, draft: replay(changes as Change[], base).draft },
      ]),
    );
  } catch {
    // Left by another version: begin anew.
    return {};
  }
}

/** What can be done with one cluster's draft. */
export interface DraftActions {
  /** Answers with why it cannot be done, or null. `inForce` becomes the base of a draft that begins with this change. */
  change(change: Change, inForce: Policy): string | null;
  undo(): void;
  redo(): void;
  discard(): void;
  /** The draft as it is now, on another base. */
  rebase(draft: Draft): void;
  setFailed(hosts: string[] | null): void;
  setApply(apply: ApplyState): void;
  /** `policy` is in force now; the draft is done with. */
  finish(policy: Policy, changes: number): void;
}

export function draftActions(store: PriorityStore, key: string): DraftActions {
  const edit = (part: (now: ClusterPriorities) => Partial<ClusterPriorities>) =>
    store.setState(({ clusters }) => {
      const now = clusters[key] ?? untouched;
      return { clusters: { ...clusters, [key]: { ...now, ...part(now) } } };
    });
  const onDraft = (step: (draft: Draft) => Draft) =>
    edit(({ draft }) => (draft === null ? {} : { draft: step(draft), apply: { state: 'idle' } }));
  return {
    change: (change, inForce) => {
      const { draft } = store.getState().clusters[key] ?? untouched;
      const unused = draft === null || (draft.steps.length === 0 && draft.base.revision !== inForce.revision);
      const next = withChange(unused ? emptyDraft(inForce) : draft, change);
      if ('refused' in next) return next.refused;
      edit(() => ({ draft: next, apply: { state: 'idle' } }));
      return null;
    },
    undo: () => onDraft(undo),
    redo: () => onDraft(redo),
    discard: () => edit(() => ({ draft: null, apply: { state: 'idle' } })),
    rebase: (draft) => edit(() => ({ draft, apply: { state: 'idle' } })),
    setFailed: (failed) => edit(() => ({ failed })),
    setApply: (apply) => edit(() => ({ apply })),
    finish: (policy, changes) =>
      edit(() => ({
        draft: null,
        applied: policy,
        apply: { state: 'applied', revision: policy.revision, changes },
      })),
  };
}
