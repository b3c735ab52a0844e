import { toErrorInfo } from '../../../../src/contract/errors.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import type { VmclClient } from '../../sessions/vmclClient.ts';
import { type ClusterRef, type Node, type ProofContext, pause } from '../context.ts';
import { bad, good } from '../preflight/findings.ts';
import { checkDispatch } from './dispatch.ts';
import { checkFenceDevices } from './fenceDevices.ts';
import { judgeStatus } from './judge.ts';
import { withVmcl } from './vmclSession.ts';

/** A cluster that has just started needs a moment until its last link is up. */
const SETTLE_MS = 20_000;
const LOOK_EVERY_MS = 1000;

/**
 * Proves on the real hosts that the cluster is as it should be: links, quorum, membership, fencing, quorum disks, a
 * definition written and read back, the installed files, and that every host can ask every other. Returns the findings; rejects only when cancelled.
 */
export async function verify(cluster: ClusterRef, context: ProofContext): Promise<Finding[]> {
  const { reporter, signal } = context;
  const names = cluster.members.map((member) => member.nodeName);
  const all: Finding[] = [];
  const check = async (host: string | null, name: string, title: string, work: () => Promise<Finding[]>) => {
    const id = `verify/${host ?? 'cluster'}/${name}`;
    reporter.step(id, { host, title, state: 'running' });
    let findings: Finding[];
    try {
      findings = await work();
    } catch (error) {
      const info = toErrorInfo(error);
      if (info.kind === 'cancelled') {
        reporter.step(id, { state: 'cancelled' });
        throw error;
      }
      findings = [
        bad(`${name}-failed`, info.message, {
          ...(host === null ? {} : { host }),
          cause: info.cause ?? `“${title}” did not come to its end.`,
          remedy: info.remedy ?? 'Remove the cause, then verify again.',
        }),
      ];
    }
    for (const finding of findings) reporter.finding(finding);
    all.push(...findings);
    const problem = findings.find((finding) => finding.severity === 'error');
    reporter.step(id, problem === undefined ? { state: 'done' } : { state: 'failed', detail: problem.title });
  };

  await Promise.all([
    ...cluster.members.map(({ nodeName, hostId }) =>
      check(nodeName, 'session', 'Talk to the host program', async () => {
        const remote = context.hosts.get(hostId);
        if (remote === undefined) return [notReached(nodeName)];
        const node = { name: nodeName, hostId, remote };
        await withVmcl(node, context.resources.version, signal, async (client) => {
          await check(nodeName, 'state', 'Links, quorum, members, fencing and quorum disk', () =>
            settled(node, client, { clusterId: cluster.clusterId, names }, signal),
          );
          await check(nodeName, 'round-trip', 'Write a definition to the quorum disk and read it back', () =>
            roundTrip(node, client, signal),
          );
          await check(nodeName, 'files', 'Compare the installed files', () => files(node, client, signal));
        });
        return [good('host-program', `The host program of ${nodeName} answers.`, { host: nodeName })];
      }),
    ),
    check(null, 'fence-devices', 'Ask the fence devices', () => checkFenceDevices(cluster, context)),
  ]);
  // One by one: each has all others start a program.
  for (const member of cluster.members) {
    await check(member.nodeName, 'dispatch', 'Have it ask the other hosts', () =>
      checkDispatch(member, names, context),
    );
  }
  return all;
}

async function settled(
  node: Node,
  client: VmclClient,
  expected: { clusterId: string; names: readonly string[] },
  signal: AbortSignal,
): Promise<Finding[]> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const status = await client.call('status', {}, { signal, timeoutMs: 60_000 });
    const findings = judgeStatus(node.name, status, expected);
    if (Date.now() >= deadline || findings.every((finding) => finding.severity !== 'error')) return findings;
    await pause(LOOK_EVERY_MS, signal);
  }
}

async function roundTrip(node: Node, client: VmclClient, signal: AbortSignal): Promise<Finding[]> {
  const result = await client.call('quorumDisk.roundTrip', {}, { signal, timeoutMs: 60_000 });
  if (result.problem !== undefined) return [{ host: node.name, ...result.problem }];
  return result.ok
    ? [
        good(
          'round-trip',
          `A definition was written, read back and checked in ${Math.round(result.milliseconds)} ms.`,
          {
            host: node.name,
          },
        ),
      ]
    : [
        bad('round-trip', `A definition did not come back from the quorum disk of ${node.name}.`, {
          host: node.name,
          cause: 'The host program gave no reason.',
          remedy: 'See the journal of this host.',
        }),
      ];
}

async function files(node: Node, client: VmclClient, signal: AbortSignal): Promise<Finding[]> {
  const result = await client.call('manifest.verify', {}, { signal, timeoutMs: 60_000 });
  if (result.problems.length > 0) return result.problems.map((problem) => ({ host: node.name, ...problem }));
  if (result.files === 0)
    return [
      good('files', `The host program of ${node.name} is part of Minime: no installed files are compared.`, {
        host: node.name,
      }),
    ];
  return [good('files', `All ${result.files} files on ${node.name} are as deployed.`, { host: node.name })];
}

function notReached(host: string): Finding {
  return bad('unreachable', `${host} cannot be reached.`, {
    host,
    cause: 'There is no connection to it.',
    remedy: 'Connect to it, then verify again.',
  });
}
