import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import { bad, good } from './findings.ts';

/** What is wrong with the choices themselves, whatever the hosts are like. */
export function checkChoices(spec: DeploymentSpec): Finding[] {
  const names = spec.hosts.map((host) => host.nodeName.toLowerCase());
  const findings = [
    ...repeated(names).map((name) =>
      bad('duplicate-name', `Two hosts are to be called ${name}.`, {
        subject: name,
        cause: 'Corosync and Pacemaker tell hosts apart by their names.',
        remedy: 'Give each host a name of its own.',
      }),
    ),
    ...repeated(spec.hosts.map((host) => host.hostId)).map((hostId) =>
      bad('duplicate-host', 'One host was chosen twice.', {
        subject: hostId,
        cause: 'Both entries lead to the same machine of the inventory.',
        remedy: 'Take one of them out.',
      }),
    ),
    ...checkLinks(spec),
    ...checkQuorumDisks(spec),
    ...checkFencing(spec),
  ];
  return findings.length > 0 ? findings : [good('choices', 'The choices fit together.')];
}

function checkLinks(spec: DeploymentSpec): Finding[] {
  const counts = new Set(spec.hosts.map((host) => host.linkAddresses.length));
  const addresses = spec.hosts.flatMap((host) => host.linkAddresses);
  return [
    ...(counts.size > 1
      ? [
          bad('uneven-links', 'Not every host has an address on every heartbeat link.', {
            cause: 'A link connects all hosts.',
            remedy: 'Choose an address for each host on each link, or leave the link out.',
          }),
        ]
      : []),
    ...repeated(addresses).map((address) =>
      bad('duplicate-address', `The address ${address} is chosen twice.`, {
        subject: address,
        cause: 'Each heartbeat link of each host needs an address of its own.',
        remedy: 'Choose another address or leave the link out.',
      }),
    ),
    ...(spec.transport.kind !== 'knet' && Math.max(...counts) > 1
      ? [
          bad('one-link-only', 'UDP multicast and broadcast have only one heartbeat link.', {
            cause: 'Corosync supports several links with knet only.',
            remedy: 'Use knet, or choose one link.',
          }),
        ]
      : []),
  ];
}

function checkQuorumDisks({ quorumDisks, fencing, hosts }: DeploymentSpec): Finding[] {
  if (quorumDisks.kind === 'image') return [];
  const poisonPills = fencing.method === 'sbd-disk' ? fencing.devices : [];
  const chosen = hosts.map((host) => quorumDisks.devices[host.nodeName]);
  return [
    ...hosts
      .filter((_, index) => chosen[index] === undefined)
      .map((host) =>
        bad('no-quorum-disk', `No quorum disk is chosen for ${host.nodeName}.`, {
          host: host.nodeName,
          cause: 'Each host has a quorum disk of its own.',
          remedy: 'Choose a device for it, or image files on shared storage.',
        }),
      ),
    ...repeated([...chosen.filter((device) => device !== undefined), ...poisonPills]).map((device) =>
      bad('device-chosen-twice', `${device} is chosen twice.`, {
        subject: device,
        cause: 'Every quorum disk and every poison-pill disk is a device of its own.',
        remedy: 'Choose different devices.',
      }),
    ),
  ];
}

function checkFencing({ fencing, hosts }: DeploymentSpec): Finding[] {
  if (fencing.method !== 'sbd-watchdog' || hosts.length > 2) return [];
  return [
    bad('watchdog-needs-three', 'Fencing by watchdog alone needs at least three hosts.', {
      cause: 'Of two hosts that lose sight of each other neither knows that it is the one to reset itself.',
      remedy: 'Use a poison-pill disk or a fence agent, or add a host.',
    }),
  ];
}

export function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
