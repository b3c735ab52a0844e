import type { DeploymentPlan } from '../../src/contract/deployment.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { withLabConsole } from '../support/withLabConsole.ts';

const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

/** Wall time per phase, from the first step's start to the last step's end; what no plan step covers is checking. */
function phaseSeconds(plan: DeploymentPlan, operation: Operation): Record<string, number> {
  const phaseOf = new Map(plan.steps.map((step) => [step.id, step.phase]));
  const spans = new Map<string, { from: number; to: number }>();
  for (const { id, startedAt, endedAt } of operation.steps) {
    if (startedAt === undefined || endedAt === undefined) continue;
    const phase = phaseOf.get(id) ?? 'preflight and verify';
    const span = spans.get(phase);
    if (phaseOf.has(id)) {
      spans.set(phase, {
        from: Math.min(span?.from ?? startedAt, startedAt),
        to: Math.max(span?.to ?? endedAt, endedAt),
      });
    }
  }
  const phases = Object.fromEntries([...spans].map(([phase, { from, to }]) => [phase, seconds(to - from)]));
  const inPhases = [...spans.values()].reduce((sum, { from, to }) => sum + to - from, 0);
  return { ...phases, checks: seconds((operation.endedAt ?? 0) - operation.startedAt - inPhases) };
}

/** Three bare hosts until a verified cluster. */
export async function deployBench(): Promise<object> {
  return await withLabConsole({ name: 'bdep', hosts: 3 }, async (console_) => {
    const spec = console_.spec();
    const plan = await console_.call('deploy.plan', spec);
    const operation = await console_.deploy(spec);
    return {
      bench: 'deploy',
      hosts: spec.hosts.length,
      total_s: seconds((operation.endedAt ?? 0) - operation.startedAt),
      phases_s: phaseSeconds(plan, operation),
    };
  });
}
