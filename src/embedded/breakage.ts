import { join } from 'node:path';
import type { EmbeddedCluster } from './embeddedCluster.ts';
import type { Boot } from './world/boot.ts';
import type { StartFault } from './world/embeddedHost.ts';
import { type DiskFault, quorumDiskBytes, type SharedDisk } from './world/sharedStorage.ts';

/** What can be broken in an embedded cluster, and how it is repaired: for scenarios and for the screen alike. */

export function partition(cluster: EmbeddedCluster, hosts: readonly string[]): void {
  cluster.network.part(hosts);
  cluster.engine.networkChanged();
}

/** Of one host, or of all. */
export function cutLink(cluster: EmbeddedCluster, link: number, host?: string): void {
  cluster.network.cutLink(link, host);
  cluster.engine.networkChanged();
}

export function mendLink(cluster: EmbeddedCluster, link: number, host: string): void {
  cluster.network.mendLink(link, host);
  cluster.engine.networkChanged();
}

export function healNetwork(cluster: EmbeddedCluster): void {
  cluster.network.mend();
  cluster.engine.networkChanged();
}

export function setStartFault(
  cluster: EmbeddedCluster,
  vm: string,
  host: string,
  fault: StartFault | undefined,
): void {
  const { startFaults } = cluster.host(host);
  if (fault === undefined) startFaults.delete(vm);
  else startFaults.set(vm, fault);
}

/** Without a fault it is as good as new: what did not belong there is gone, too. */
export function setDiskFault(cluster: EmbeddedCluster, home: string, fault: DiskFault | undefined): void {
  const disk = diskOf(cluster, home);
  disk.fault = fault;
  if (fault === undefined) disk.filler = 0;
  cluster.engine.groups.cleanUp();
}

export function fillDisk(cluster: EmbeddedCluster, home: string): void {
  diskOf(cluster, home).filler = quorumDiskBytes;
}

/** By its owner, from inside. */
export function shutDownVm(cluster: EmbeddedCluster, vm: string): void {
  const { holder, uuid } = cluster.guests.named(vm);
  if (holder !== undefined) cluster.powerOf(holder.boot).shutdown(uuid);
}

/** By hand, with the hypervisor's own tool. */
export async function startVm(cluster: EmbeddedCluster, vm: string, boot: Boot): Promise<void> {
  const { host, life } = cluster.program(boot);
  try {
    await host.hypervisor.start(cluster.guests.named(vm).uuid);
  } finally {
    life.end();
  }
}

export const tamperedText = (text: string): string => text.replace('vmbr0', 'vmbr9');

export interface ChangedDefinition {
  path: string;
  before: string;
}

/** On whatever quorum disks it lies, from beside the hosts. Returns what was there. */
export async function changeDefinition(
  cluster: EmbeddedCluster,
  vm: string,
  change: (text: string) => string,
): Promise<ChangedDefinition[]> {
  const { files } = cluster.options;
  const { uuid } = cluster.guests.named(vm);
  const changed: ChangedDefinition[] = [];
  for (const { folder } of cluster.disks.values()) {
    const path = join(folder, 'definitions', `${uuid}.json`);
    let before: string;
    try {
      before = await files.readFile(path, 'utf8');
    } catch {
      continue;
    }
    await overwrite(cluster, path, change(before));
    changed.push({ path, before });
  }
  return changed;
}

export async function overwrite(cluster: EmbeddedCluster, path: string, text: string): Promise<void> {
  const file = await cluster.options.files.open(path, 'w', 0o600);
  await file.writeFile(text);
  await file.close();
}

function diskOf(cluster: EmbeddedCluster, home: string): SharedDisk {
  const disk = cluster.disks.get(home);
  if (disk === undefined) throw new Error(`${home} has no quorum disk`);
  return disk;
}
