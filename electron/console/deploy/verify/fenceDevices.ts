import { type ErrorInfo, toErrorInfo } from '../../../../src/contract/errors.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import type { FenceDevices } from '../../../../src/contract/hostProtocol.ts';
import type { ClusterRef, ProofContext } from '../context.ts';
import { bad, good } from '../preflight/findings.ts';
import { withVmcl } from './vmclSession.ts';

/** The engine waits for the slowest device; with an agent per host all are asked at once. */
const ASK_MS = 90_000;

/**
 * Has the engine ask every fence device whether it works, through the hosts that may use it: one success per device is
 * what a fencing needs. With a watchdog alone it is the engine's word that it relies on it.
 */
export async function checkFenceDevices(cluster: ClusterRef, context: ProofContext): Promise<Finding[]> {
  const answers: FenceDevices[] = [];
  const refusals: ErrorInfo[] = [];
  for (const { nodeName, hostId } of cluster.members) {
    const remote = context.hosts.get(hostId);
    if (remote === undefined) continue;
    try {
      answers.push(await ask({ name: nodeName, hostId, remote }, context));
    } catch (error) {
      const info = toErrorInfo(error, { host: nodeName });
      if (info.kind === 'cancelled') throw error;
      refusals.push(info);
    }
    if (judgeFenceDevices(answers, refusals).every(({ severity }) => severity === 'ok')) break;
  }
  return judgeFenceDevices(answers, refusals);
}

function ask(
  node: Parameters<typeof withVmcl>[0],
  { resources, signal }: ProofContext,
): Promise<FenceDevices> {
  return withVmcl(node, resources.version, signal, (client) =>
    client.call('fence.devices', {}, { signal, timeoutMs: ASK_MS }),
  );
}

/** What hosts were answered, and why others could not be asked. Pure. */
export function judgeFenceDevices(
  answers: readonly FenceDevices[],
  refusals: readonly ErrorInfo[],
): Finding[] {
  const unasked = refusals.map(({ host, message }) => `${host ?? 'A host'} could not be asked: ${message}`);
  if (answers.length === 0) return [noFencing(unasked.join(' ') || 'No host can be asked.')];
  const names = new Set(answers.flatMap(({ devices }) => devices.map(({ name }) => name)));
  if (names.size === 0) {
    return answers.some(({ watchdog }) => watchdog)
      ? [good('fence-watchdog', 'Pacemaker relies on the watchdogs of the hosts.')]
      : [
          noFencing(
            ['There is neither a fence resource nor a watchdog that Pacemaker knows.', ...unasked].join(' '),
          ),
        ];
  }
  return [...names].map((name) => {
    const asked = answers.flatMap(({ devices }) => devices.filter((device) => device.name === name));
    if (asked.some((device) => device.answers))
      return good('fence-device', `The fence device ${name} answers.`, { subject: name });
    const reason = asked.findLast((device) => device.reason !== undefined)?.reason;
    return bad('fence-device', `The fence device ${name} does not answer.`, {
      subject: name,
      cause: [reason ?? 'Its agent failed on every host.', ...unasked].join(' '),
      remedy: `Try it by hand on a host: stonith_admin --query ${name}`,
    });
  });
}

function noFencing(cause: string): Finding {
  return bad('no-fencing', 'The cluster cannot fence.', {
    cause,
    remedy: 'Deploy again with a fence method.',
  });
}
