import { MinimeError } from '../../../../src/contract/errors.ts';
import { hostPaths } from '../../../../src/contract/manifest.ts';
import type { ClusterRef, DeployContext, Node } from '../context.ts';
import { execute } from '../execute/execute.ts';
import type { Probe } from '../facts/probe.ts';
import { configurationSteps } from '../plan/configuration.ts';
import type { Design } from '../plan/design.ts';
import { dispatchPaths, hasAllKeys, withMadeKeys } from '../plan/dispatch.ts';
import { prepare } from '../plan/plan.ts';
import { commandStep, type Step } from '../plan/step.ts';
import { deploymentSteps } from '../plan/steps.ts';
import { judgeStatus } from '../verify/judge.ts';
import { withVmcl } from '../verify/vmclSession.ts';
import { membersOf, recordOf } from './members.ts';

/**
 * Brings the host program of all members to this console's version, host by host, with what it needs to work with the
 * others: keys, agents, units, and last the resources of the cluster. Each file is replaced at once as a whole, and the
 * engine runs on, so the cluster protects all the time. Stops at the first host that is not well afterwards; the others
 * keep what they have. Throws `conflict` if a host has a newer version.
 */
export async function updateHostProgram(cluster: ClusterRef, context: DeployContext): Promise<void> {
  const { signal, resources } = context;
  const members = membersOf(cluster, context);
  const { spec } = await recordOf(cluster, members, signal);
  const plan = await prepare(spec, context);
  const newer = plan.hosts.find(({ existing }) =>
    isNewer(existing.manifest?.vmclVersion ?? '0', resources.version),
  );
  if (newer !== undefined) throw olderConsole(newer.node.name, newer.existing.manifest?.vmclVersion ?? '');
  const programPaths = new Set<string>([
    ...resources.files.map((file) => file.path),
    ...dispatchPaths,
    hostPaths.hostConfig,
    hostPaths.manifest,
  ]);
  // Nobody can be asked before everybody has keys.
  const whole = hasAllKeys(plan) ? plan : await makeKeys(plan, context);
  const steps = deploymentSteps(whole, signal);
  for (const node of members) {
    const mine = steps.filter((step) => step.node.name === node.name && concernsProgram(step, programPaths));
    await execute([...mine, healthStep(node, cluster, context)], context);
  }
  await execute(configurationSteps(whole), context);
}

async function makeKeys(plan: Design, context: DeployContext): Promise<Design> {
  const listed = (step: Step) => step.action.kind === 'file' && step.action.path === hostPaths.manifest;
  const steps = deploymentSteps(plan, context.signal);
  await execute(
    steps.filter((step) => step.stage === 'keys' || (step.stage === 'packages' && listed(step))),
    context,
  );
  return await withMadeKeys(plan, context.signal);
}

function concernsProgram({ action, id }: Step, paths: ReadonlySet<string>): boolean {
  if (action.kind === 'file') return paths.has(action.path);
  const slugs = [
    'files/folders',
    'files/tmpfiles',
    'files/daemon-reload',
    'program/units',
    'program/dispatch',
    'program/rejoin',
  ];
  return slugs.some((slug) => id.endsWith(`/${slug}`));
}

/** The new program must run, and say that all is well, before the next host is touched. */
function healthStep(node: Node, cluster: ClusterRef, context: DeployContext): Step {
  const names = cluster.members.map((member) => member.nodeName);
  const problems = async (): Promise<string[]> =>
    await withVmcl(node, context.resources.version, context.signal, async (client) => {
      const status = await client.call('status', {}, { signal: context.signal, timeoutMs: 60_000 });
      return judgeStatus(node.name, status, { clusterId: cluster.clusterId, names })
        .filter((finding) => finding.severity === 'error')
        .map((finding) => finding.title);
    });
  return commandStep(node, 'program', 'health', `See that ${node.name} is well`, {
    argv: [hostPaths.command, 'version'],
    done: async (probe: Probe) =>
      (await runs(probe, context.resources.version)) && (await problems()).length === 0,
    wait: { timeoutMs: 15_000, pending: async () => (await problems()).join('\n') },
  });
}

async function runs(probe: Probe, version: string): Promise<boolean> {
  const answer = await probe.exec(hostPaths.command, 'version');
  return answer.code === 0 && answer.stdout.includes(version);
}

/** By the numbers between the dots. */
function isNewer(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) =>
    version.split('.').map((part) => Number.parseInt(part, 10) || 0),
  );
  for (let place = 0; place < 3; place++) {
    const difference = (a?.[place] ?? 0) - (b?.[place] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function olderConsole(host: string, version: string): MinimeError {
  return new MinimeError({
    kind: 'conflict',
    host,
    message: `The host program on ${host} is newer than this console.`,
    cause: `It is version ${version}.`,
    remedy: 'Use a newer Minime console.',
  });
}
