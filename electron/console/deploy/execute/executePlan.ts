import type { DeployContext } from '../context.ts';
import type { Design } from '../plan/design.ts';
import { hasAllKeys, withMadeKeys } from '../plan/dispatch.ts';
import type { Step } from '../plan/step.ts';
import { deploymentSteps } from '../plan/steps.ts';
import { type ExecutionResult, execute } from './execute.ts';

/**
 * Carries out what `choose` takes of a plan's steps, which may also add to them. Files that hold keys of hosts without any
 * are completed when these have made theirs.
 */
export async function executePlan(
  plan: Design,
  context: Pick<DeployContext, 'reporter' | 'signal'>,
  choose: (steps: Step[]) => Step[] = (steps) => steps,
): Promise<ExecutionResult> {
  const { signal } = context;
  const stepsOf = (design: Design) => choose(deploymentSteps(design, signal));
  if (hasAllKeys(plan)) return await execute(stepsOf(plan), context);
  return await execute(stepsOf(plan), context, {
    after: 'keys',
    steps: async () => stepsOf(await withMadeKeys(plan, signal)),
  });
}
