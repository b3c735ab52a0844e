import type { ClusterSection } from '../../../../src/contract/clusterState.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import type { HostStatus } from '../../../../src/contract/hostState.ts';
import { bad, good } from '../preflight/findings.ts';

/** What one host says about the cluster, against what it should be. Pure. */
export function judgeStatus(
  host: string,
  status: HostStatus,
  expected: { clusterId: string; names: readonly string[] },
): Finding[] {
  const { cluster } = status.sections;
  if (cluster === undefined || cluster.engine !== 'running') {
    const reason = status.errors[0]?.title ?? 'Corosync does not run.';
    return [
      bad('engine-down', `The engine on ${host} does not run.`, {
        host,
        cause: reason,
        remedy: 'See the journal of corosync and pacemaker on this host, then deploy again.',
      }),
    ];
  }
  if (cluster.id !== expected.clusterId) {
    return [
      bad('wrong-cluster', `${host} belongs to another cluster.`, {
        host,
        cause: `Its cluster id is ${cluster.id ?? 'unknown'}.`,
        remedy: 'Deploy again.',
      }),
    ];
  }
  const others = expected.names.filter((name) => name !== host);
  return [
    ...judgeMembership(host, cluster, expected.names),
    ...judgeLinks(host, cluster, others),
    ...judgeFencing(host, cluster, expected.names),
    ...judgeQuorumDisk(host, cluster, status),
  ];
}

function judgeMembership(host: string, cluster: ClusterSection, names: readonly string[]): Finding[] {
  const missing = names.filter(
    (name) => !cluster.members.some((member) => member.name === name && isUp(member)),
  );
  return [
    ...(cluster.quorate
      ? [good('quorum', `${host} has quorum.`, { host })]
      : [
          bad('no-quorum', `${host} has no quorum.`, {
            host,
            cause: `${cluster.votes?.total ?? 0} of ${cluster.votes?.expected ?? names.length} votes are there.`,
            remedy: 'Bring up the other hosts and their heartbeat links.',
          }),
        ]),
    ...(missing.length === 0
      ? [good('membership', `${host} sees all hosts as members.`, { host })]
      : missing.map((name) =>
          bad('member-missing', `${host} does not see ${name} as a member.`, {
            host,
            subject: name,
            cause: 'Corosync or Pacemaker does not run there, or is not reached.',
            remedy: `See the journal of corosync and pacemaker on ${name}.`,
          }),
        )),
  ];
}

/** It is a member and can be one as it is meant to. */
export function isUp(member: ClusterSection['members'][number]): boolean {
  // Standby and maintenance are an admin's wish, not a fault.
  return member.online && ['online', 'standby', 'maintenance'].includes(member.pacemaker?.state ?? '');
}

/** Only knet tells about links; with UDP transports membership is all there is. */
function judgeLinks(host: string, cluster: ClusterSection, others: readonly string[]): Finding[] {
  if (cluster.transport !== undefined && cluster.transport !== 'knet') return [];
  if (cluster.links.length === 0) {
    return [
      bad('no-links', `${host} tells of no heartbeat link.`, {
        host,
        cause: 'Corosync gives no statistics.',
        remedy: 'See the journal of corosync on this host.',
      }),
    ];
  }
  return cluster.links.flatMap(({ link, peers }) => {
    const down = others.filter((name) => !peers.some((peer) => peer.peer === name && peer.connected));
    if (down.length === 0) {
      return [good('link-up', `Heartbeat link ${link} of ${host} is up.`, { host, subject: String(link) })];
    }
    return down.map((name) =>
      bad('link-down', `Heartbeat link ${link} from ${host} to ${name} is down.`, {
        host,
        subject: String(link),
        cause: 'Corosync gets no answer on it.',
        remedy: 'Check this network and its firewalls.',
      }),
    );
  });
}

function judgeFencing(host: string, cluster: ClusterSection, names: readonly string[]): Finding[] {
  const { fencing } = cluster;
  const withoutSlot = fencing.devices.flatMap((device) =>
    device.readable
      ? names
          .filter((name) => !device.slots.some((slot) => slot.host.toLowerCase() === name.toLowerCase()))
          .map((name) => ({ device: device.path, what: `${name} has no slot on it.` }))
      : [{ device: device.path, what: 'It cannot be read.' }],
  );
  return [
    ...(fencing.enabled
      ? []
      : [
          bad('fencing-disabled', 'Fencing is switched off.', {
            host,
            cause: 'stonith-enabled is false.',
            remedy:
              'Deploy again, or set it: crm_attribute --type crm_config --name stonith-enabled --update true',
          }),
        ]),
    ...withoutSlot.map(({ device, what }) =>
      bad('poison-pill-slot', `The poison-pill disk ${device} is not in order as seen by ${host}.`, {
        host,
        subject: device,
        cause: what,
        remedy: 'See the journal of sbd on this host.',
      }),
    ),
    ...(fencing.enabled && withoutSlot.length === 0 && fencing.devices.length > 0
      ? [good('poison-pill', `${host} reads the poison-pill disk, with a slot for every host.`, { host })]
      : []),
  ];
}

function judgeQuorumDisk(host: string, cluster: ClusterSection, status: HostStatus): Finding[] {
  const placement = cluster.quorumDisks.find((disk) => disk.home === host);
  const disk = status.sections.quorumDisks?.disks.find((one) => one.home === host);
  if (placement?.mountedOn === host && disk !== undefined && !disk.readOnly) {
    return [good('quorum-disk', `The quorum disk of ${host} is mounted at home.`, { host })];
  }
  return [
    bad('quorum-disk-away', `The quorum disk of ${host} is not mounted at home.`, {
      host,
      cause:
        placement?.failure ??
        (disk?.readOnly === true
          ? 'It is read-only.'
          : `Pacemaker has it on ${placement?.mountedOn ?? 'no host'}.`),
      remedy: `See why its resource fails: crm_mon -1; then crm_resource --cleanup --resource quorum-disk-${host}`,
    }),
  ];
}
