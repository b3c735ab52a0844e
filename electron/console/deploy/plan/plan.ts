import { createHash } from 'node:crypto';
import type { DeploymentPlan, DeploymentSpec, PlanStep } from '../../../../src/contract/deployment.ts';
import { type DeployContext, nodesOf } from '../context.ts';
import { probeOf } from '../facts/probe.ts';
import { secretParametersOf } from '../fence-agents/secrets.ts';
import { review } from './assess.ts';
import { type Design, design } from './design.ts';
import { inspect } from './inspection.ts';
import { inOrder } from './step.ts';
import { deploymentSteps } from './steps.ts';
import { warningsFor } from './warnings.ts';

/** What would be done to the hosts now, with what is right already marked. Changes nothing on them. */
export async function plan(
  spec: DeploymentSpec,
  context: Omit<DeployContext, 'reporter'>,
): Promise<DeploymentPlan> {
  return await planOf(await prepare(spec, context), context.signal);
}

/** Looks at all hosts and decides. Throws `unreachable` for a host that is not connected. */
export async function prepare(
  spec: DeploymentSpec,
  context: Omit<DeployContext, 'reporter'>,
): Promise<Design> {
  const { signal, resources } = context;
  const nodes = nodesOf(spec.hosts, context);
  const hosts = await Promise.all(nodes.map((node) => inspect(node, spec, signal)));
  return await design(spec, hosts, resources, secretParametersOf(spec), signal);
}

export async function planOf(prepared: Design, signal: AbortSignal): Promise<DeploymentPlan> {
  const steps = inOrder(deploymentSteps(prepared, signal));
  const reviewed = await Promise.all(
    steps.map((step) => {
      const { remote } = step.node;
      return review(step, probeOf(remote, signal), (path) => remote.readFile(path, { signal }));
    }),
  );
  const spec = withoutSecrets(prepared.spec, prepared.secretParameters);
  return { id: planId(prepared.spec, reviewed), spec, steps: reviewed, warnings: warningsFor(prepared) };
}

function planId(spec: DeploymentSpec, steps: readonly PlanStep[]): string {
  return createHash('sha256')
    .update(JSON.stringify([spec, steps]))
    .digest('hex');
}

/** For the renderer: values of secret agent parameters are left out. */
export function withoutSecrets(spec: DeploymentSpec, secretParameters: ReadonlySet<string>): DeploymentSpec {
  if (spec.fencing.method !== 'agent') return spec;
  const blank = (values: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, secretParameters.has(name) ? '' : value]),
    );
  const { shared, perHost } = spec.fencing;
  return {
    ...spec,
    fencing: {
      ...spec.fencing,
      shared: blank(shared),
      perHost: Object.fromEntries(Object.entries(perHost).map(([node, values]) => [node, blank(values)])),
    },
  };
}
