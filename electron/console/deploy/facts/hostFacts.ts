import { z } from 'zod';
import type { HostFacts } from '../../../../src/contract/deployment.ts';
import type { RemoteHost } from '../../ssh/remoteHost.ts';
import {
  type BlockDevice,
  contentOf,
  DEVICE_NODES,
  LSBLK,
  readBlockDevices,
  readSignatures,
} from './blockDevices.ts';
import { existingCluster } from './existingCluster.ts';
import { describeDistribution } from './osRelease.ts';
import { type Probe, parseJson, probeOf } from './probe.ts';

/** What a host offers the wizard. Changes nothing on it. Rejects with what kept the host from answering. */
export async function hostFacts(hostId: string, host: RemoteHost, signal?: AbortSignal): Promise<HostFacts> {
  const probe = probeOf(host, signal);
  const [hostname, release, addresses, devices, folders, watchdogs, cluster, agents] = await Promise.all([
    probe.output('uname', '-n'),
    probe.text('/etc/os-release'),
    networkAddresses(probe),
    blockDevices(probe),
    sharedFolders(probe),
    watchdogDevices(probe),
    existingCluster(probe),
    fenceAgents(probe),
  ]);
  return {
    hostId,
    hostname: hostname.trim(),
    distribution: describeDistribution(release ?? ''),
    addresses,
    blockDevices: devices.map((device) => {
      const content = contentOf(device);
      return {
        path: device.path,
        size: device.size,
        aliases: device.aliases,
        ...(content === undefined ? {} : { content }),
      };
    }),
    sharedFolders: folders,
    watchdogs,
    ...(cluster.corosyncConf === undefined &&
    cluster.hostConfig === undefined &&
    cluster.unreadable === undefined
      ? {}
      : {
          existingCluster: {
            ...nameOf(cluster.hostConfig?.clusterName ?? cluster.corosyncConf?.clusterName),
            managedByMinime: cluster.hostConfig !== undefined,
          },
        }),
    fenceAgents: agents,
  };
}

const ipSchema = z.array(
  z.object({
    ifname: z.string().optional(),
    addr_info: z.array(z.object({ local: z.string(), prefixlen: z.number(), scope: z.string() })).default([]),
  }),
);

/** Global addresses: what a heartbeat link can use. */
export async function networkAddresses(probe: Probe): Promise<HostFacts['addresses']> {
  const json = await probe.output('ip', '-json', 'address', 'show');
  return parseJson(ipSchema, json, probe.label, 'ip address').flatMap((device) =>
    device.addr_info
      .filter((info) => info.scope === 'global')
      .map((info) => ({ interface: device.ifname ?? '', address: info.local, prefix: info.prefixlen })),
  );
}

/** All block devices that a disk of the cluster could be, with what they hold. */
export async function blockDevices(probe: Probe): Promise<BlockDevice[]> {
  // `find` ends with an error when a node goes away under it; what it printed is good all the same.
  const [list, nodes] = await Promise.all([probe.output(...LSBLK), probe.exec(...DEVICE_NODES)]);
  const devices = readBlockDevices(list, nodes.stdout);
  if (devices.length === 0) return [];
  const paths = devices.map((device) => device.path);
  const [signatures, poisonPills] = await Promise.all([
    probe.exec('sh', '-c', PROBE_EACH, 'sh', ...paths),
    probe.exec('sh', '-c', FIND_POISON_PILLS, 'sh', ...paths),
  ]);
  const known = readSignatures(signatures.stdout);
  for (const path of poisonPills.stdout.split('\n')) if (path !== '') known.set(path, { type: 'sbd' });
  return devices.map((device) => {
    const signature = known.get(device.path);
    return signature === undefined ? device : { ...device, signature };
  });
}

/** Given several devices, blkid ends at the first that holds nothing. */
const PROBE_EACH = 'for device do blkid --probe --output export "$device"; echo; done 2>/dev/null';

/** blkid does not know SBD's magic number. Prints those of its arguments that begin with it. */
const FIND_POISON_PILLS =
  'for device do case $(head -c 8 -- "$device") in SBD_SBD_) printf "%s\\n" "$device";; esac; done 2>/dev/null';

const findmntSchema = z.object({
  filesystems: z.array(z.object({ target: z.string(), fstype: z.string(), source: z.string().nullable() })),
});

/** File systems that several hosts can have mounted at once. */
const sharedTypes =
  'nfs,nfs4,cifs,smb3,gfs2,ocfs2,ceph,glusterfs,fuse.glusterfs,fuse.sshfs,9p,virtiofs,lustre,beegfs';

export async function sharedFolders(probe: Probe): Promise<HostFacts['sharedFolders']> {
  const found = await probe.exec(
    ...['findmnt', '--json', '--list', '--types', sharedTypes, '--output', 'TARGET,FSTYPE,SOURCE'],
  );
  // findmnt fails when nothing matches.
  if (found.stdout.trim() === '') return [];
  return parseJson(findmntSchema, found.stdout, probe.label, 'findmnt').filesystems.map((mount) => ({
    path: mount.target,
    fsType: mount.fstype,
    source: mount.source ?? '',
  }));
}

export async function watchdogDevices(probe: Probe): Promise<string[]> {
  const found = await probe.exec('find', '/dev', '-maxdepth', '1', '-name', 'watchdog*', '-type', 'c');
  return found.stdout
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
}

async function fenceAgents(probe: Probe): Promise<string[]> {
  const found = await probe.exec(
    ...[
      'find',
      '/usr/sbin',
      '/sbin',
      '-maxdepth',
      '1',
      '-name',
      'fence_*',
      '-executable',
      '-printf',
      '%f\\n',
    ],
  );
  // These are tools of the agents' package, not agents.
  const tools = new Set(['fence_ack_manual', 'fence_node', 'fence_tool', 'fence_xvmd', 'fence_virtd']);
  return [...new Set(found.stdout.split('\n'))].filter((name) => name !== '' && !tools.has(name)).toSorted();
}

function nameOf(name: string | undefined): { name?: string } {
  return name === undefined ? {} : { name };
}
