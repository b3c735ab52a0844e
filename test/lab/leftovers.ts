import { readdir, readFile } from 'node:fs/promises';
import { groupsNamed } from './cgroups.ts';
import { must } from './command.ts';
import { loopDevices } from './disks.ts';
import { labDirectory, machineName } from './names.ts';

/** Everything of a lab that this machine's kernel still holds, in words. Empty when the lab is down. */
export async function findLeftovers(lab: string): Promise<string[]> {
  const prefix = machineName(lab, '');
  const mounts = await mountsBelow(labDirectory(lab));
  return [
    ...(await groupsNamed(prefix)).map((group) => `control group ${group}`),
    ...(await processesNamed(prefix)).map((pid) => `process ${pid}`),
    ...mounts.map((mount) => `mount ${mount}`),
    ...(await loopDevices(lab)).map((device) => `loop device ${device.path}`),
  ];
}

/** Mount points below a directory, innermost first. */
export async function mountsBelow(directory: string): Promise<string[]> {
  const lines = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
  return lines
    .map((line) => line.split(' ')[1] ?? '')
    .filter((mount) => mount.startsWith(`${directory}/`))
    .reverse();
}

/** This machine's network interfaces that a lab with this slot would have made. */
export async function outerInterfaces(slot: number): Promise<string[]> {
  const names = (await must(['ip', '-brief', 'link'])).split('\n').map((line) => line.split(/[@ ]/)[0] ?? '');
  return names.filter((name) => new RegExp(`^minime${slot}[a-z]`).test(name));
}

/** systemd-nspawn processes of machines whose name starts with `prefix`. */
async function processesNamed(prefix: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const command = await readCommand(entry);
    if (command.some((argument) => argument.startsWith(`--machine=${prefix}`))) found.push(Number(entry));
  }
  return found;
}

async function readCommand(pid: string): Promise<string[]> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return [];
    throw error;
  }
}
