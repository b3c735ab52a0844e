import { z } from 'zod';
import { peerAnswerSchema } from '../../../../src/contract/dispatchProtocol.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import { hostPaths } from '../../../../src/contract/manifest.ts';
import type { RemoteHost } from '../../ssh/remoteHost.ts';
import { type ClusterRef, type ProofContext, pause } from '../context.ts';
import { parseJson, probeOf } from '../facts/probe.ts';
import { bad, good } from '../preflight/findings.ts';

/** Hosts that are busy, as after a deployment all are, may not answer in time at first. */
const SETTLE_MS = 30_000;
const LOOK_EVERY_MS = 1000;

/** Has one host ask every other, as a takeover would. A host that cannot be reached is told of elsewhere. */
export async function checkDispatch(
  { nodeName: host, hostId }: ClusterRef['members'][number],
  names: readonly string[],
  context: ProofContext,
): Promise<Finding[]> {
  const remote = context.hosts.get(hostId);
  if (remote === undefined) return [];
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const findings = await ask(remote, host, names, context.signal);
    if (Date.now() >= deadline || findings.every((finding) => finding.severity === 'ok')) return findings;
    await pause(LOOK_EVERY_MS, context.signal);
  }
}

async function ask(
  remote: RemoteHost,
  host: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const command = [hostPaths.command, 'peers', '--json'];
  // The exit code tells the same as the answers.
  const answer = await probeOf(remote, signal).exec(...command);
  const answers = parseJson(z.array(peerAnswerSchema), answer.stdout, remote.label, command.join(' '));
  return names
    .filter((name) => name !== host)
    .map((name) => {
      const found = answers.find((one) => one.host === name);
      if (found?.ok === true) return good('dispatch', `${host} can ask ${name}.`, { host, subject: name });
      return bad('dispatch', `${host} cannot ask ${name}: a takeover could start no VM there.`, {
        host,
        subject: name,
        cause: found?.error?.cause ?? found?.error?.message ?? `${host} does not know how.`,
        remedy: found?.error?.remedy ?? 'Deploy again.',
      });
    });
}
