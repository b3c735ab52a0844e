import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { MinimeError } from '../../../../src/contract/errors.ts';
import type { ClusterRef, DeployContext, Node } from '../context.ts';
import { carryOut, type DeployResult, proven, refuseObstacles } from '../deploy.ts';
import { executePlan } from '../execute/executePlan.ts';
import { withdrawalSteps } from '../plan/configuration.ts';
import { withNewSecrets } from '../plan/design.ts';
import { prepare } from '../plan/plan.ts';
import { preflight } from '../preflight/preflight.ts';
import { forgetNodeSteps } from './forgetNode.ts';
import { membersOf, recordOf } from './members.ts';

export interface NewHost {
  host: DeploymentSpec['hosts'][number];
  /** Needed where quorum disks are devices. */
  quorumDiskDevice?: string | undefined;
  /** Parameters of this host, where fencing is by an agent. */
  fenceParameters?: Record<string, string> | undefined;
}

/**
 * Deploys onto one more host and has the running cluster take it in. All members must be reachable. If it fails, the
 * members are as they were before; the new host keeps what was installed, but does not run the engine.
 */
export async function addHost(
  cluster: ClusterRef,
  newHost: NewHost,
  context: DeployContext,
): Promise<DeployResult> {
  const { signal } = context;
  const members = membersOf(cluster, context);
  const { spec: before } = await recordOf(cluster, members, signal);
  const after = withHost(before, newHost);
  refuseObstacles(await preflight(after, context));
  const plan = withNewSecrets(await prepare(after, context));
  const execution = await carryOut(plan, context).catch(async (error: unknown) => {
    await convergeBack(before, members, newHost.host.nodeName, context);
    throw error;
  });
  return await proven(plan, execution, context);
}

/** A cancel has happened already or the host is lost; either way the members must not wait for it. */
async function convergeBack(
  before: DeploymentSpec,
  members: readonly Node[],
  nodeName: string,
  context: DeployContext,
): Promise<void> {
  const signal = new AbortController().signal;
  const undoing = { ...context, signal };
  const former = await prepare(before, undoing);
  await executePlan(former, undoing, (steps) =>
    [...steps, ...withdrawalSteps(former.leader, nodeName), ...forgetNodeSteps(members, nodeName)].map(
      (step) => ({ ...step, id: `undo/${step.id}` }),
    ),
  );
}

function withHost(
  spec: DeploymentSpec,
  { host, quorumDiskDevice, fenceParameters }: NewHost,
): DeploymentSpec {
  if (spec.hosts.some((one) => one.nodeName === host.nodeName && one.hostId !== host.hostId)) {
    throw new MinimeError({
      kind: 'invalid-input',
      host: host.nodeName,
      message: `The cluster has a host called ${host.nodeName} already.`,
      remedy: 'Give the new host another name.',
    });
  }
  const { quorumDisks, fencing } = spec;
  if (quorumDisks.kind === 'device' && quorumDiskDevice === undefined) {
    throw new MinimeError({
      kind: 'invalid-input',
      host: host.nodeName,
      message: `No quorum disk is chosen for ${host.nodeName}.`,
      remedy: 'Choose a device that all hosts see.',
    });
  }
  return {
    ...spec,
    hosts: [...spec.hosts.filter((one) => one.nodeName !== host.nodeName), host],
    quorumDisks:
      quorumDisks.kind === 'device' && quorumDiskDevice !== undefined
        ? { ...quorumDisks, devices: { ...quorumDisks.devices, [host.nodeName]: quorumDiskDevice } }
        : quorumDisks,
    fencing:
      fencing.method === 'agent'
        ? { ...fencing, perHost: { ...fencing.perHost, [host.nodeName]: fenceParameters ?? {} } }
        : fencing,
  };
}
