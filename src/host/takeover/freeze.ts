import { MinimeError } from '../../contract/errors.ts';
import type { Host } from '../host.ts';
import { genuine, presentRecord } from '../sync/runRecord.ts';
import { hasFlag, setFlag } from './flags.ts';
import { writeRunRecord } from './runRecord.ts';
import type { DiskKey } from './signedFile.ts';

/**
 * Before the first VM is stopped by a shutdown of the host: notes a last time what runs, and keeps sync from noting any more.
 * What stops now is wanted. Does not need the quorum disk: then the record stays as it is.
 */
export async function freezeRunRecord(host: Host): Promise<void> {
  await host.exclusively('sync', async () => {
    const disk = await ownDisk(host);
    const frozen = await hasFlag(host, 'shutting-down');
    await setFlag(host, 'shutting-down');
    if (disk === undefined || frozen || !(await hasFlag(host, 'rejoined'))) return;
    const before = await genuine(disk);
    const record = await presentRecord(host, await host.hypervisor.vms(), before);
    await writeRunRecord(disk, { ...record, shutdown: { begunAt: host.clock.now() } });
  });
}

/** Only when it is certain that no VM runs here any more: from now on others may start them, by the policy. */
export async function noteAllStopped(host: Host): Promise<void> {
  await host.exclusively('sync', async () => {
    const disk = await ownDisk(host);
    const record = disk === undefined ? undefined : await genuine(disk);
    if (disk === undefined || record?.shutdown === undefined) return;
    await writeRunRecord(disk, {
      ...record,
      shutdown: { ...record.shutdown, stoppedAt: host.clock.now() },
    });
  });
}

/** Undefined while it is not mounted here. Rejects with `not-found` on a host without a cluster. */
export async function ownDisk(host: Host): Promise<DiskKey | undefined> {
  const config = await host.config();
  if (config === undefined) {
    throw new MinimeError({ kind: 'not-found', message: 'This host belongs to no cluster of Minime.' });
  }
  return await diskOf(host, config.nodeName);
}

/** Undefined while the quorum disk of `home` is not mounted here. */
export async function diskOf(host: Host, home: string): Promise<DiskKey | undefined> {
  const config = await host.config();
  const disk = (await host.quorumDisks.mounted()).find((one) => one.home === home);
  if (config === undefined || disk === undefined) return undefined;
  return { folder: disk.folder, home, clusterId: config.clusterId, key: await host.clusterKey() };
}
