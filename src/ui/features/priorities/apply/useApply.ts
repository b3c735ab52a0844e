import { MinimeError, toErrorInfo } from '../../../../contract/errors.ts';
import { useCall } from '../../../store/ConsoleContext.tsx';
import type { DiffLine } from '../model/policyDiff.ts';
import type { Priorities } from '../usePriorities.ts';

/** As many as the history of the cluster takes, with a word about the rest. */
const MOST = 20;

function told(lines: readonly DiffLine[]): string[] {
  const texts = lines.map(({ text }) => text);
  return texts.length <= MOST
    ? texts
    : [...texts.slice(0, MOST - 1), `and ${texts.length - MOST + 1} more changes`];
}

/** Makes the draft the cluster's policy. Answers with how it went; what went wrong is in the state as well. */
export function useApply(
  clusterId: string | null,
  { draft, policy, actions }: Priorities,
  lines: readonly DiffLine[],
) {
  const call = useCall();
  return async (): Promise<'applied' | 'conflict' | 'failed'> => {
    if (clusterId === null) return 'failed';
    actions.setApply({ state: 'applying' });
    try {
      // The revision it was made from: whoever finds another one in force is told.
      const sent = { ...policy, revision: draft.base.revision };
      const { revision } = await call('policy.set', { clusterId, policy: sent, changes: told(lines) });
      actions.finish({ ...policy, revision }, draft.steps.length);
      return 'applied';
    } catch (thrown) {
      actions.setApply({ state: 'failed', error: toErrorInfo(thrown) });
      return thrown instanceof MinimeError && thrown.kind === 'conflict' ? 'conflict' : 'failed';
    }
  };
}
