import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { MinimeError } from '../../src/contract/errors.ts';
import { must } from './command.ts';
import { exists, hostImagePath, imagePath, loopDevices, mebibyte, sharedDisks, takenPath } from './disks.ts';
import { labDirectory } from './names.ts';
import type { LabState } from './state.ts';

export const diskTroubles = ['unwritable', 'unreadable', 'gone'] as const;
/**
 * `unwritable`: every write fails, as with a LUN whose storage has turned read-only. `unreadable`: every read fails. `gone`: the device
 * has no medium any more, as with a LUN that was unmapped; a host that uses the disk keeps it.
 */
export type DiskTrouble = (typeof diskTroubles)[number];

/** Stands in for the disk: shorter than its device, so that the kernel has nothing to read. */
const hollowPath = (lab: string, host: string, disk: string): string =>
  hostImagePath(lab, host, disk).replace(/img$/, 'hollow');

/** Breaks a shared disk on all hosts. The lab's directory must be on ext4, the file system that checks this at each write. */
export async function breakDisk(state: LabState, disk: string, trouble: DiskTrouble): Promise<void> {
  requireDisk(state, disk);
  if (trouble === 'unwritable') {
    await must(['chattr', '+i', imagePath(state.name, disk)]);
    return;
  }
  for (const device of await loopDevices(state.name)) {
    if (device.disk !== disk) continue;
    await writeFile(takenPath(state.name, device.host, disk), device.path);
    await must(['losetup', '--detach', device.path]);
    if (trouble === 'gone') continue;
    const hollow = hollowPath(state.name, device.host, disk);
    await writeFile(hollow, '');
    await truncate(hollow, (sharedDisks(state.hosts).get(disk) ?? 0) * mebibyte);
    await must(['losetup', '--direct-io=on', device.path, hollow]);
    await truncate(hollow, 0);
  }
}

/** Undoes every trouble with a disk; does nothing where there is none. */
export async function mendDisk(state: LabState, disk: string): Promise<void> {
  requireDisk(state, disk);
  const { name: lab } = state;
  await must(['chattr', '-i', imagePath(lab, disk)]);
  for (const host of state.hosts) {
    const device = await taken(lab, host, disk);
    if (device === undefined) continue;
    if ((await loopDevices(lab)).some(({ path }) => path === device))
      await must(['losetup', '--detach', device]);
    await must(['losetup', '--direct-io=on', device, hostImagePath(lab, host, disk)]);
    for (const path of [hollowPath(lab, host, disk), takenPath(lab, host, disk)])
      await rm(path, { force: true });
  }
}

/** Makes all images writable and thus removable; does nothing when there are none. */
export async function makeImagesRemovable(lab: string): Promise<void> {
  const folder = `${labDirectory(lab)}/disks`;
  if (await exists(folder)) await must(['chattr', '-R', '-i', folder]);
}

function requireDisk(state: LabState, disk: string): void {
  const disks = sharedDisks(state.hosts);
  if (disks.has(disk)) return;
  throw new MinimeError({
    kind: 'not-found',
    message: `Lab ${state.name} has no disk ${disk}.`,
    remedy: `Its disks are ${[...disks.keys()].join(', ')}.`,
  });
}

async function taken(lab: string, host: string, disk: string): Promise<string | undefined> {
  const path = takenPath(lab, host, disk);
  return (await exists(path)) ? await readFile(path, 'utf8') : undefined;
}
