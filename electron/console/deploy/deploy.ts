import type { DeploymentSpec } from '../../../src/contract/deployment.ts';
import { MinimeError } from '../../../src/contract/errors.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import { groupId } from './cib/cib.ts';
import { hasElement } from './cib/compare.ts';
import { element } from './cib/xml.ts';
import type { DeployContext } from './context.ts';
import type { ExecutionResult } from './execute/execute.ts';
import { executePlan } from './execute/executePlan.ts';
import { stopEngine } from './execute/stopEngine.ts';
import { type Design, withNewSecrets } from './plan/design.ts';
import { engineUnits } from './plan/files.ts';
import type { Inspection } from './plan/inspection.ts';
import { planOf, prepare } from './plan/plan.ts';
import { preflight } from './preflight/preflight.ts';
import { verify } from './verify/verify.ts';

export interface DeployResult {
  clusterId: string;
  /** Milliseconds by part of the work, in order. */
  durations: Record<string, number>;
  steps: Pick<ExecutionResult, 'done' | 'unchanged'>;
}

/**
 * Preflight, deployment, verification. Rejects with `conflict` if `planId` is not the plan of now, with what failed else;
 * then no engine runs that did not run as a whole cluster before.
 */
export async function deploy(
  spec: DeploymentSpec,
  context: DeployContext,
  options: { planId?: string } = {},
): Promise<DeployResult> {
  const { signal } = context;
  const durations: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const started = Date.now();
    try {
      return await work();
    } finally {
      durations[name] = Date.now() - started;
    }
  };

  refuseObstacles(await timed('preflight', () => preflight(spec, context)));
  const prepared = await timed('plan', async () => {
    const result = await prepare(spec, context);
    if (options.planId !== undefined && (await planOf(result, signal)).id !== options.planId) throw changed();
    return result;
  });
  const execution = await carryOut(withNewSecrets(prepared), context);
  const result = await proven(prepared, execution, context);
  return { ...result, durations: { ...durations, ...result.durations } };
}

/** Throws `conflict` if preflight found an error. */
export function refuseObstacles(findings: readonly Finding[]): void {
  const obstacle = findings.find((finding) => finding.severity === 'error');
  if (obstacle !== undefined) throw refused(obstacle.title, obstacle.host);
}

/** Verifies what was carried out; throws `tool-failed` if it is not as it should be. */
export async function proven(
  plan: Design,
  execution: ExecutionResult,
  context: DeployContext,
): Promise<DeployResult> {
  const members = plan.spec.hosts.map(({ nodeName, hostId }) => ({ nodeName, hostId }));
  const started = Date.now();
  const findings = await verify({ clusterId: plan.clusterId, members }, context);
  const doubt = findings.find((finding) => finding.severity === 'error');
  if (doubt !== undefined) throw notVerified(doubt.title, doubt.host);
  const { done, unchanged, durations } = execution;
  return {
    clusterId: plan.clusterId,
    durations: { ...durations, verify: Date.now() - started },
    steps: { done, unchanged },
  };
}

/** Executes a plan. If that fails, hosts that were no working members before do not run the engine afterwards. */
export async function carryOut(plan: Design, context: DeployContext): Promise<ExecutionResult> {
  try {
    return await executePlan(plan, context);
  } catch (error) {
    // A host that was a working member before stays one: it protects VMs.
    const incomplete = plan.hosts.filter((host) => !isWorkingMember(host)).map((host) => host.node);
    await stopEngine(incomplete, engineUnits(plan), context.reporter);
    throw error;
  }
}

function isWorkingMember({ cib, node }: Inspection): boolean {
  return cib !== null && hasElement(cib, element('group', { id: groupId(node.name) }));
}

function refused(title: string, host: string | undefined): MinimeError {
  return new MinimeError({
    kind: 'conflict',
    ...(host === undefined ? {} : { host }),
    message: 'Nothing was deployed, because preflight found an obstacle.',
    cause: title,
    remedy: 'Remove what preflight lists as an error, then deploy again.',
  });
}

function changed(): MinimeError {
  return new MinimeError({
    kind: 'conflict',
    message: 'Nothing was deployed, because the hosts have changed since the review.',
    remedy: 'Look at the new review, then deploy again.',
  });
}

function notVerified(title: string, host: string | undefined): MinimeError {
  return new MinimeError({
    kind: 'tool-failed',
    ...(host === undefined ? {} : { host }),
    message: 'The cluster is deployed and runs, but not all of it is as it should be.',
    cause: title,
    remedy: 'Remove what verification lists as an error, then verify again.',
  });
}
