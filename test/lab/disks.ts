import { link, mkdir, stat, truncate, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { must } from './command.ts';
import { hostDirectory, labDirectory } from './names.ts';
import type { LabState } from './state.ts';

export const mebibyte = 1024 * 1024;

/** The path of a disk in every host: same name everywhere, though the device behind it differs. */
export const devicePath = (disk: string): string => `/dev/disk/by-id/minime-lab-${disk}`;

export const imagePath = (lab: string, disk: string): string => `${labDirectory(lab)}/disks/${disk}.img`;
/** A hard link to the image: so the name of a loop device's file tells whose it is. */
export const hostImagePath = (lab: string, host: string, disk: string): string =>
  `${hostDirectory(lab, host)}/disks/${disk}.img`;

/** There while a host's loop device is taken from it: which one it was, so that it gets the same one back. */
export const takenPath = (lab: string, host: string, disk: string): string =>
  `${hostImagePath(lab, host, disk)}.taken`;

/** Disks that every host of the lab sees, like LUNs. Name and size in MiB. */
export function sharedDisks(hosts: readonly string[]): Map<string, number> {
  return new Map([
    ['sbd', 10],
    ...hosts.map((host): [string, number] => [`qd-${host}`, 100]),
    ['data', 64],
    ['spare', 1024],
  ]);
}

/** Makes the image files that are missing (sparse). The `data` disk gets a file system with a file on it. */
export async function makeDisks(state: LabState): Promise<void> {
  await mkdir(`${labDirectory(state.name)}/disks`, { recursive: true });
  for (const [disk, mebibytes] of sharedDisks(state.hosts)) {
    const image = imagePath(state.name, disk);
    if (await exists(image)) continue;
    await writeFile(image, '');
    await truncate(image, mebibytes * mebibyte);
    if (disk === 'data') await fillWithData(state.name, image);
  }
}

async function fillWithData(lab: string, image: string): Promise<void> {
  const content = `${labDirectory(lab)}/data`;
  await mkdir(content, { recursive: true });
  await writeFile(`${content}/accounts.txt`, 'Somebody still needs this file.\n');
  await must(['mkfs.ext4', '-q', '-L', 'accounts', '-d', content, image]);
}

export interface LoopDevice {
  host: string;
  disk: string;
  /** `/dev/loopN`, on this machine and in the host alike. */
  path: string;
  /** `major:minor`, as in /proc/PID/mountinfo. */
  number: string;
}

const losetupSchema = z.object({
  loopdevices: z.array(z.object({ name: z.string(), 'back-file': z.string(), 'maj:min': z.string() })),
});

/** All loop devices of a lab's hosts. */
export async function loopDevices(lab: string): Promise<LoopDevice[]> {
  const text = await must(['losetup', '--list', '--json', '--output', 'NAME,BACK-FILE,MAJ:MIN']);
  if (text.trim() === '') return [];
  const devices: LoopDevice[] = [];
  for (const device of losetupSchema.parse(JSON.parse(text)).loopdevices) {
    const file = device['back-file'];
    if (!file.startsWith(`${labDirectory(lab)}/hosts/`)) continue;
    const [, host = '', disk = ''] = /\/hosts\/([^/]+)\/disks\/([^/.]+)\./.exec(file) ?? [];
    devices.push({ host, disk, path: device.name, number: device['maj:min'].trim() });
  }
  return devices;
}

/**
 * Gives a host a loop device of its own for every shared disk that it lacks, and returns all its devices. Direct I/O
 * makes them behave like a LUN: what one host writes another reads at once, and ext4's multi-mount protection works
 * between hosts.
 */
export async function attachDisks(state: LabState, host: string): Promise<LoopDevice[]> {
  const { name: lab } = state;
  await mkdir(`${hostDirectory(lab, host)}/disks`, { recursive: true });
  const attached = new Set((await loopDevices(lab)).filter((it) => it.host === host).map((it) => it.disk));
  for (const disk of sharedDisks(state.hosts).keys()) {
    if (attached.has(disk) || (await exists(takenPath(lab, host, disk)))) continue;
    const path = hostImagePath(lab, host, disk);
    if (!(await exists(path))) await link(imagePath(lab, disk), path);
    await must(['losetup', '--direct-io=on', '--find', path], { host });
  }
  return (await loopDevices(lab)).filter((it) => it.host === host);
}

export async function detachDisks(lab: string): Promise<void> {
  for (const device of await loopDevices(lab)) await must(['losetup', '--detach', device.path]);
}

/** The tmpfiles.d lines that make the device nodes and their lasting names when a host boots. */
export function deviceNodes(devices: readonly LoopDevice[]): string {
  const lines = devices.flatMap((device) => [
    `b+ ${device.path} 0660 root disk - ${device.number}`,
    `L+ ${devicePath(device.disk)} - - - - ../../${device.path.slice('/dev/'.length)}`,
  ]);
  return `${lines.join('\n')}\n`;
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
