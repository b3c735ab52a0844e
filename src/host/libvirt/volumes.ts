import { MinimeError } from '../../contract/errors.ts';
import type { VmSource, VmSpec } from '../ports/hypervisor.ts';
import { attribute, child, parseXml, text } from '../xml.ts';
import type { Virsh } from './virsh.ts';

/** Pool types whose volumes are block devices, and those that are reached over the network without a device. */
const blockPools = ['disk', 'iscsi', 'logical', 'mpath', 'scsi', 'zfs'];
const networkPools = ['rbd', 'sheepdog', 'gluster', 'iscsi-direct', 'vstorage'];

/** Replaces disks in storage pools by what they are: files, devices, network disks. */
export async function resolveVolumes(virsh: Virsh, spec: VmSpec): Promise<VmSpec> {
  if (!spec.disks.some((disk) => disk.source?.kind === 'volume')) return spec;
  const disks = await Promise.all(
    spec.disks.map(async (disk) =>
      disk.source?.kind === 'volume'
        ? { ...disk, source: await resolve(virsh, disk.source.pool, disk.source.volume) }
        : disk,
    ),
  );
  return { ...spec, disks };
}

async function resolve(virsh: Virsh, pool: string, volume: string): Promise<VmSource> {
  try {
    const type = attribute(parseXml(await virsh.run(['pool-dumpxml', '--pool', pool]), 'pool'), 'type');
    if (networkPools.includes(type)) return { kind: 'network', protocol: type, name: `${pool}/${volume}` };
    const described = parseXml(await virsh.run(['vol-dumpxml', '--vol', volume, '--pool', pool]), 'volume');
    const path = text(child(child(described, 'target'), 'path'));
    return { kind: blockPools.includes(type) ? 'block' : 'file', path };
  } catch (error) {
    // The pool is stopped or gone: the VM could not be started here either, which is a finding and no reason to stop.
    if (error instanceof MinimeError && error.kind === 'tool-failed') return { kind: 'volume', pool, volume };
    throw error;
  }
}
