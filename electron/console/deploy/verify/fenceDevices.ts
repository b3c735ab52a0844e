import type { Finding } from '../../../../src/contract/finding.ts';
import { findAll } from '../cib/xml.ts';
import type { ClusterRef, DeployContext } from '../context.ts';
import { type Probe, probeOf } from '../facts/probe.ts';
import { liveCib } from '../plan/inspection.ts';
import { bad, good } from '../preflight/findings.ts';

/**
 * Has Pacemaker ask every fence device whether it works, through the hosts that may use it: one success per device is
 * what a fencing needs. With a watchdog alone it is Pacemaker's word that it relies on it.
 */
export async function checkFenceDevices(cluster: ClusterRef, context: DeployContext): Promise<Finding[]> {
  const probes = cluster.members.flatMap(({ hostId }) => {
    const remote = context.hosts.get(hostId);
    return remote === undefined ? [] : [probeOf(remote, context.signal)];
  });
  const cib = await firstOf(probes, liveCib);
  if (cib === null) return [noDevice('Pacemaker answers on no host.')];
  const devices = findAll(
    cib,
    (one) => one.tag === 'primitive' && one.attributes['class'] === 'stonith',
  ).flatMap((one) => one.attributes['id'] ?? []);
  if (devices.length === 0) {
    const watchdog = findAll(cib, (one) => one.attributes['name'] === 'have-watchdog')[0];
    return watchdog?.attributes['value'] === 'true'
      ? [good('fence-watchdog', 'Pacemaker relies on the watchdogs of the hosts.')]
      : [noDevice('There is neither a fence resource nor a watchdog that Pacemaker knows.')];
  }
  return await Promise.all(
    devices.map(async (device) => {
      const works = await firstOf(probes, async (probe) => {
        const answer = await probe.exec('stonith_admin', '--query', device);
        return answer.code === 0 ? true : null;
      });
      return works === true
        ? good('fence-device', `The fence device ${device} answers.`, { subject: device })
        : bad('fence-device', `The fence device ${device} does not answer.`, {
            subject: device,
            cause: 'Its agent failed on every host.',
            remedy: `Try it by hand on a host: stonith_admin --query ${device}`,
          });
    }),
  );
}

async function firstOf<T>(
  probes: readonly Probe[],
  ask: (probe: Probe) => Promise<T | null>,
): Promise<T | null> {
  for (const probe of probes) {
    const answer = await ask(probe);
    if (answer !== null) return answer;
  }
  return null;
}

function noDevice(cause: string): Finding {
  return bad('no-fencing', 'The cluster cannot fence.', {
    cause,
    remedy: 'Deploy again with a fence method.',
  });
}
