import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { Policy } from '../../../contract/policy.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { type PolicyInForce, selectPolicies } from '../../store/selectors/policy.ts';
import type { Change } from './model/change.ts';
import { type Draft, emptyDraft, isEdited, policyOf } from './model/draft.ts';
import { usePriorityStore } from './PrioritiesContext.tsx';
import { type ClusterPriorities, type DraftActions, draftActions, untouched } from './priorityStore.ts';

/** The policy of a cluster as it is and as the draft would have it. */
export interface Priorities {
  inForce: PolicyInForce;
  /** Equal to the policy in force while nothing is changed. */
  draft: Draft;
  policy: Policy;
  edited: boolean;
  /** Somebody else has applied a later revision than the one the draft began with. */
  outdated: boolean;
  state: ClusterPriorities;
  actions: Omit<DraftActions, 'change'> & { change: (change: Change) => string | null };
}

/** Null: no host of the cluster has told its policy. */
export function usePriorities(cluster: Cluster): Priorities | null {
  const store = usePriorityStore();
  const told = useConsole((state) => selectPolicies(state)[cluster.key]);
  const state = useStore(store, ({ clusters }) => clusters[cluster.key] ?? untouched);
  const inForce = useMemo(() => latest(told, state.applied), [told, state.applied]);
  return useMemo(() => {
    if (inForce === null) return null;
    const edited = state.draft !== null && isEdited(state.draft);
    // A draft with everything undone only serves to redo, which makes sense on the same base alone.
    const usable = state.draft !== null && (edited || state.draft.base.revision === inForce.policy.revision);
    const draft = usable && state.draft !== null ? state.draft : emptyDraft(inForce.policy);
    const actions = draftActions(store, cluster.key);
    return {
      inForce,
      draft,
      policy: policyOf(draft),
      edited,
      outdated: edited && draft.base.revision < inForce.policy.revision,
      state,
      actions: { ...actions, change: (change: Change) => actions.change(change, inForce.policy) },
    };
  }, [store, cluster.key, inForce, state]);
}

/** What was applied from here counts as in force before the hosts have told of it. */
function latest(told: PolicyInForce | undefined, applied: Policy | null): PolicyInForce | null {
  if (told === undefined) return null;
  if (applied === null || applied.revision <= told.policy.revision) return told;
  return { ...told, policy: applied, initial: false };
}
