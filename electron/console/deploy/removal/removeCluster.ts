import type { HostConfig } from '../../../../src/contract/manifest.ts';
import type { ClusterRef, DeployContext } from '../context.ts';
import type { CutOff } from '../distributions/distribution.ts';
import { execute } from '../execute/execute.ts';
import { type Probe, probeOf } from '../facts/probe.ts';
import { cutOffOn } from '../plan/repair.ts';
import type { Step } from '../plan/step.ts';
import { type Installed, survey } from './installed.ts';
import { cleanSteps, quiesceSteps, stopSteps, unmountSteps } from './steps.ts';
import { wipePoisonPills, wipeQuorumDisk } from './wipe.ts';

export interface RemoveOptions {
  /** Leave the packages that deployment installed. Default false. */
  keepPackages?: boolean;
}

export interface RemoveResult {
  /** Node names of hosts that still have everything. */
  unreachable: string[];
}

/**
 * Takes a cluster off all hosts that can be reached; VMs run on. Quorum disks and poison-pill disks are erased only when
 * every host is there, since one that is not may still be using them. Can be run again.
 */
export async function removeCluster(
  cluster: ClusterRef,
  context: DeployContext,
  options: RemoveOptions = {},
): Promise<RemoveResult> {
  const { installed, unreachable } = await survey(cluster, context);
  const hosts = installed.filter((host) => host.existing.manifest !== undefined);
  for (const { nodeName } of unreachable) {
    context.reporter.finding({
      id: 'host-not-removed',
      severity: 'warning',
      host: nodeName,
      title: `${nodeName} cannot be reached and still has its part of the cluster.`,
      cause: 'Its quorum disk and the poison-pill disks were left as they are, because it may be using them.',
      remedy: 'Remove the cluster again when this host can be reached.',
    });
  }
  const steps: Step[] = [];
  const running = hosts.find((host) => host.existing.pacemakerRunning);
  if (running !== undefined) steps.push(...quiesceSteps(running.node));
  for (const host of hosts) steps.push(...(await stepsOf(host, context, options)));
  const record = hosts.find((host) => host.existing.record !== undefined)?.existing.record;
  const leader = hosts[0]?.node;
  if (unreachable.length === 0 && record !== undefined && leader !== undefined) {
    const names = record.spec.hosts.map((host) => host.nodeName);
    steps.push(...names.map((name) => wipeQuorumDisk(leader, record, name)));
    steps.push(...wipePoisonPills(leader, record.spec, Object.keys(record.nodeIds)));
  }
  await execute(steps, context);
  return { unreachable: unreachable.map(({ nodeName }) => nodeName) };
}

/** Stopping, unmounting and cleaning one host. */
export async function stepsOf(
  host: Installed,
  context: DeployContext,
  options: RemoveOptions,
): Promise<Step[]> {
  const { node, existing, distribution } = host;
  const { manifest, hostConfig } = existing;
  if (manifest === undefined) return [];
  const disks = hostConfig?.quorumDisks ?? [];
  const packages = await packagesToPurge(host, context, options);
  return [
    ...stopSteps(node, manifest.units),
    ...unmountSteps(
      node,
      disks.map(({ home, source }: HostConfig['quorumDisks'][number]) => ({ home, source })),
    ),
    ...cleanSteps(node, manifest, { distribution, ...packages }),
  ];
}

/** None if that would take away more than deployment brought: something else needs one of them by now. */
async function packagesToPurge(
  { node, distribution, existing }: Installed,
  context: DeployContext,
  options: RemoveOptions,
): Promise<{ purge: readonly string[]; cutOff: CutOff | null }> {
  const ours = existing.manifest?.packages ?? [];
  if (options.keepPackages === true || ours.length === 0) return { purge: [], cutOff: null };
  const probe = probeOf(node.remote, context.signal);
  const cutOff = await cutOffOn(probe, distribution);
  // To finish what was cut off may bring the others first.
  const there = cutOff === null ? await stillInstalled(probe, distribution.query(ours)) : ours;
  if (there.length === 0 || distribution.simulatePurge === null) return { purge: there, cutOff };
  const simulation = distribution.simulatePurge(there);
  const gone = simulation.parse(await probe.output(...simulation.argv));
  const others = gone.filter((name) => !ours.includes(name));
  if (others.length === 0) return { purge: there, cutOff };
  context.reporter.finding({
    id: 'packages-kept',
    severity: 'info',
    host: node.name,
    title: `The packages that deployment installed stay on ${node.name}.`,
    cause: `${others.slice(0, 5).join(', ')} would go with them.`,
    remedy: 'Remove them by hand if they are not needed.',
  });
  return { purge: [], cutOff: null };
}

async function stillInstalled(
  probe: Probe,
  query: { argv: string[]; parse(stdout: string): Map<string, { installed: boolean }> },
): Promise<string[]> {
  const states = query.parse((await probe.exec(...query.argv)).stdout);
  return [...states].filter(([, state]) => state.installed).map(([name]) => name);
}
