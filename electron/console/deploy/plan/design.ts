import { randomBytes } from 'node:crypto';
import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { hostPaths } from '../../../../src/contract/manifest.ts';
import type { SbdTiming } from '../cib/cib.ts';
import type { Node } from '../context.ts';
import type { ConfNode } from '../corosync-conf/format.ts';
import type { HostResources } from '../hostFiles.ts';
import { clusterIdFor } from '../identity.ts';
import { assignNodeIds } from '../record.ts';
import { deviceNamed, type Inspection } from './inspection.ts';

/** Everything that the steps of a deployment follow from. */
export interface Design {
  spec: DeploymentSpec;
  clusterId: string;
  /** In the order of the spec. */
  hosts: readonly Inspection[];
  /** Does what is to be done once: formats, writes the CIB. Runs the engine already, if any host does. */
  leader: Node;
  confNodes: readonly ConfNode[];
  /** Also those of hosts that were removed. */
  nodeIds: Record<string, number>;
  timing: SbdTiming;
  secrets: Secrets;
  /** Names of fence agent parameters whose values are not shown. */
  secretParameters: ReadonlySet<string>;
  resources: HostResources;
}

/** Null as long as no host has one. */
export interface Secrets {
  /** Corosync's authkey. */
  authkey: Buffer | null;
  /** 32 bytes as hex. */
  clusterKey: Buffer | null;
}

export const AUTHKEY = '/etc/corosync/authkey';
/** Corosync takes 128 to 4096 bytes; corosync-keygen makes 256. */
const AUTHKEY_BYTES = 256;

export async function design(
  spec: DeploymentSpec,
  hosts: readonly Inspection[],
  resources: HostResources,
  secretParameters: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Design> {
  const known = hosts.find((host) => host.existing.record !== undefined)?.existing.record;
  const clusterId =
    known?.clusterId ??
    clusterIdFor(
      spec.clusterName,
      hosts.map((host) => host.machineId),
    );
  const names = spec.hosts.map((host) => host.nodeName);
  const assigned = assignNodeIds(names, known?.nodeIds ?? {});
  const running =
    hosts.find((host) => host.cib !== null) ?? hosts.find((host) => host.existing.corosyncRunning);
  const leader = (running ?? hosts[0])?.node;
  if (leader === undefined) throw new RangeError('A deployment has hosts.');
  return {
    spec,
    clusterId,
    hosts,
    leader,
    confNodes: spec.hosts.map((host) => ({
      name: host.nodeName,
      nodeId: assigned[host.nodeName] ?? 0,
      linkAddresses: host.linkAddresses,
    })),
    nodeIds: { ...known?.nodeIds, ...assigned },
    timing: timingFor(spec, hosts),
    secrets: await adoptSecrets(clusterId, hosts, leader, signal),
    secretParameters,
    resources,
  };
}

/** The same design with the secrets that no host has yet. They exist only here and on the hosts. */
export function withNewSecrets(plan: Design): Design {
  return {
    ...plan,
    secrets: {
      authkey: plan.secrets.authkey ?? randomBytes(AUTHKEY_BYTES),
      clusterKey: plan.secrets.clusterKey ?? Buffer.from(`${randomBytes(32).toString('hex')}\n`),
    },
  };
}

/**
 * SBD's own defaults, but three times as long where the poison-pill disk is reached over several paths: a path that
 * fails takes its time to be given up, and must not look like a lost disk. The waiting time is twice the watchdog's, so
 * that a host that cannot read its pill has reset itself by then.
 */
function timingFor(spec: DeploymentSpec, hosts: readonly Inspection[]): SbdTiming {
  const devices = spec.fencing.method === 'sbd-disk' ? spec.fencing.devices : [];
  const multipath = hosts.some((host) =>
    devices.some((path) => deviceNamed(host.devices, path)?.multipath === true),
  );
  const watchdogS = multipath ? 15 : 5;
  return { watchdogS, msgwaitS: 2 * watchdogS };
}

/** A host that already runs knows best; then any that has them. Secrets of another cluster are never taken over. */
async function adoptSecrets(
  clusterId: string,
  hosts: readonly Inspection[],
  leader: Node,
  signal: AbortSignal,
): Promise<Secrets> {
  const ours = hosts.filter((host) => host.existing.manifest?.clusterId === clusterId);
  const order = ours.toSorted((a, b) => Number(b.node === leader) - Number(a.node === leader));
  const secrets: Secrets = { authkey: null, clusterKey: null };
  for (const { node } of order) {
    secrets.authkey ??= await node.remote.readFile(AUTHKEY, { signal });
    secrets.clusterKey ??= await node.remote.readFile(hostPaths.clusterKey, { signal });
  }
  return secrets;
}
