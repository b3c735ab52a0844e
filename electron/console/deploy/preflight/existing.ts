import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import type { Inspection } from '../plan/inspection.ts';
import { bad, good } from './findings.ts';

/**
 * What this deployment may find on a host:
 *
 * | corosync.conf            | manifest of Minime   | verdict                                   |
 * |--------------------------|----------------------|-------------------------------------------|
 * | unreadable               | any                  | refused, named                            |
 * | none or package example  | none                 | bare (refused if resources are left over) |
 * | somebody's               | none                 | refused: another cluster                  |
 * | any                      | another cluster's    | refused: another cluster of Minime        |
 * | any                      | this cluster's       | ours: finished or continued               |
 */
export function checkExisting(
  { node, existing }: Inspection,
  spec: DeploymentSpec,
  clusterId: string,
): Finding[] {
  const host = node.name;
  if (existing.unreadable !== undefined) {
    return [
      bad('unparsable-corosync-conf', `/etc/corosync/corosync.conf on ${host} cannot be read.`, {
        host,
        subject: '/etc/corosync/corosync.conf',
        cause: existing.unreadable,
        remedy: 'Find out what this host was set up for. If nothing needs the file, move it away.',
      }),
    ];
  }
  const { manifest, corosyncConf, record } = existing;
  if (manifest !== undefined) {
    if (manifest.clusterId !== clusterId) {
      return [otherCluster(host, existing.hostConfig?.clusterName, 'another cluster of Minime')];
    }
    return record === undefined ? [ours(host)] : checkChange(host, record.spec, spec);
  }
  if (corosyncConf !== undefined) {
    const names = corosyncConf.nodes.map((one) => one.name).join(', ');
    return [otherCluster(host, corosyncConf.clusterName, `a cluster of ${names}`)];
  }
  if (existing.configuredResources) {
    return [
      bad('left-over-resources', `Pacemaker on ${host} still has the resources of an earlier cluster.`, {
        host,
        subject: '/var/lib/pacemaker/cib/cib.xml',
        cause: 'They would become part of the new cluster.',
        remedy: 'If nothing needs them, stop Pacemaker and delete the files in /var/lib/pacemaker/cib.',
      }),
    ];
  }
  return [good('no-cluster', `${host} belongs to no cluster.`, { host })];
}

/** A running heartbeat cannot change its transport, nor a cluster its name or way of fencing, under its feet. */
function checkChange(host: string, before: DeploymentSpec, after: DeploymentSpec): Finding[] {
  const changed = (
    [
      ['the name', before.clusterName, after.clusterName],
      ['the transport', before.transport, after.transport],
      ['the way of fencing', fencingKey(before), fencingKey(after)],
      ['the quorum disks', before.quorumDisks.kind, after.quorumDisks.kind],
    ] as const
  ).filter(([, old, wanted]) => JSON.stringify(old) !== JSON.stringify(wanted));
  if (changed.length === 0) return [ours(host)];
  const what = changed.map(([name]) => name).join(', ');
  return [
    bad('cannot-change', `${host} is deployed already, with other choices.`, {
      host,
      cause: `A cluster keeps ${what} for its life.`,
      remedy: 'Remove the cluster and deploy it anew, or keep to what it was deployed with.',
    }),
  ];
}

function fencingKey({ fencing }: DeploymentSpec): unknown {
  return fencing.method === 'agent' ? [fencing.method, fencing.agent] : fencing;
}

function ours(host: string): Finding {
  return good('our-cluster', `${host} belongs to this cluster already.`, { host });
}

function otherCluster(host: string, name: string | undefined, kind: string): Finding {
  return bad('foreign-cluster', `${host} is in another cluster${name === undefined ? '' : `, “${name}”`}.`, {
    host,
    cause: `It is configured for ${kind}.`,
    remedy: 'Take it out of that cluster first. Minime never overwrites a cluster.',
  });
}
