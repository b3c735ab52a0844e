import type { Finding } from '../../../../src/contract/finding.ts';
import type { Inspection } from '../plan/inspection.ts';
import { repeated } from './choices.ts';
import { bad, good } from './findings.ts';

/** Hosts must be different machines under different names. */
export function checkIdentity(hosts: readonly Inspection[]): Finding[] {
  const named = (test: (host: Inspection) => boolean) =>
    hosts
      .filter(test)
      .map((host) => host.node.name)
      .join(' and ');
  const findings = [
    ...repeated(hosts.map((host) => host.machineId)).map((machineId) =>
      bad('duplicate-machine-id', `${named((host) => host.machineId === machineId)} have one machine id.`, {
        subject: machineId,
        cause: 'They are the same machine, or one was cloned from the other.',
        remedy: 'On the clone: rm /etc/machine-id; systemd-machine-id-setup; reboot.',
      }),
    ),
    ...repeated(hosts.map((host) => host.hostname)).map((hostname) =>
      bad(
        'duplicate-name',
        `${named((host) => host.hostname === hostname)} both call themselves ${hostname}.`,
        {
          subject: hostname,
          cause: 'libvirt, SBD and the logs tell hosts apart by their own host names.',
          remedy: 'Rename one of them: hostnamectl set-hostname NAME',
        },
      ),
    ),
  ];
  return findings.length > 0
    ? findings
    : [good('identity', 'All hosts have names and machine ids of their own.')];
}
