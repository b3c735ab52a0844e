import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { MinimeError } from '../../../../src/contract/errors.ts';
import { findAll } from '../cib/xml.ts';
import type { ClusterRef, DeployContext, Node } from '../context.ts';
import { execute } from '../execute/execute.ts';
import { executePlan } from '../execute/executePlan.ts';
import { probeOf } from '../facts/probe.ts';
import { withdrawalSteps } from '../plan/configuration.ts';
import { monitor } from '../plan/engine.ts';
import { prepare } from '../plan/plan.ts';
import type { Step } from '../plan/step.ts';
import { survey } from '../removal/installed.ts';
import { type RemoveOptions, type RemoveResult, stepsOf } from '../removal/removeCluster.ts';
import { wipeQuorumDisk } from '../removal/wipe.ts';
import { forgetNodeSteps } from './forgetNode.ts';
import { membersOf, recordOf } from './members.ts';

const isStop = (step: Step): boolean => ['stop-resources', 'stop-engine', 'unmount'].includes(step.stage);

/**
 * Takes one host out of a running cluster and cleans it; its VMs run on. All others must be reachable. The host itself
 * may be gone for good, if the cluster knows it to be down. Can be run again.
 */
export async function removeHost(
  cluster: ClusterRef,
  nodeName: string,
  context: DeployContext,
  options: RemoveOptions = {},
): Promise<RemoveResult> {
  const { signal } = context;
  const remaining = membersOf(cluster, context, (name) => name !== nodeName);
  const record = await recordOf(cluster, remaining, signal);
  const spec = withoutHost(record.spec, nodeName);
  const [leader] = remaining;
  if (leader === undefined || spec.hosts.length < 2) throw tooFew(nodeName);
  const { installed } = await survey(cluster, context);
  const leaving = installed.find((host) => host.node.name === nodeName);
  if (leaving === undefined) await requireDown(leader, nodeName, context);

  const own = leaving === undefined ? [] : await stepsOf(leaving, context, options);
  // First its resources, in order, while it is a member; then itself; then what the others know of it.
  await execute(
    withdrawalSteps(leader, nodeName).filter((step) => !step.id.includes(`fence-${nodeName}`)),
    context,
  );
  await execute(own.filter(isStop), context);
  const plan = await prepare(spec, context);
  await executePlan(plan, context, (steps) => [
    ...steps,
    ...withdrawalSteps(leader, nodeName),
    ...forgetNodeSteps(remaining, nodeName),
  ]);
  await execute([wipeQuorumDisk(leader, record, nodeName), ...own.filter((step) => !isStop(step))], context);
  if (leaving === undefined) reportLeftBehind(nodeName, context);
  return { unreachable: leaving === undefined ? [nodeName] : [] };
}

function withoutHost(spec: DeploymentSpec, nodeName: string): DeploymentSpec {
  const without = <T>(values: Record<string, T>) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => name !== nodeName));
  const { quorumDisks, fencing } = spec;
  return {
    ...spec,
    hosts: spec.hosts.filter((host) => host.nodeName !== nodeName),
    quorumDisks:
      quorumDisks.kind === 'device' ? { ...quorumDisks, devices: without(quorumDisks.devices) } : quorumDisks,
    fencing: fencing.method === 'agent' ? { ...fencing, perHost: without(fencing.perHost) } : fencing,
  };
}

/** A host that this console does not reach but that is alive would go on without knowing that it was removed. */
async function requireDown(leader: Node, nodeName: string, { signal }: DeployContext): Promise<void> {
  const view = await monitor(probeOf(leader.remote, signal));
  const node =
    view === null
      ? undefined
      : findAll(
          view,
          (one) => one.tag === 'node' && one.attributes['name'] === nodeName && 'online' in one.attributes,
        )[0];
  if (
    view !== null &&
    (node === undefined || (node.attributes['online'] === 'false' && node.attributes['unclean'] === 'false'))
  ) {
    return;
  }
  throw new MinimeError({
    kind: 'conflict',
    host: nodeName,
    message: `${nodeName} cannot be reached, but the cluster does not know it to be down.`,
    cause: node === undefined ? 'Pacemaker does not answer.' : 'It is a member, or was not fenced.',
    remedy: 'Connect to it, or have it fenced, then remove it again.',
  });
}

function reportLeftBehind(nodeName: string, { reporter }: DeployContext): void {
  reporter.finding({
    id: 'host-not-cleaned',
    severity: 'warning',
    host: nodeName,
    title: `${nodeName} was taken out of the cluster but could not be cleaned.`,
    cause: 'It cannot be reached.',
    remedy: 'Should it come back, use “Remove cluster” on what it still shows.',
  });
}

function tooFew(nodeName: string): MinimeError {
  return new MinimeError({
    kind: 'invalid-input',
    host: nodeName,
    message: `Without ${nodeName} only one host would be left.`,
    remedy: 'A cluster has at least two hosts. Use “Remove cluster” instead.',
  });
}
