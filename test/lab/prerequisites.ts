import { access, constants } from 'node:fs/promises';
import { platform } from 'node:os';
import { MinimeError } from '../../src/contract/errors.ts';
import { must, run } from './command.ts';

/** A program the lab calls, and the Debian package it comes in. */
const programs: readonly (readonly [program: string, debianPackage: string])[] = [
  ['mmdebstrap', 'mmdebstrap'],
  ['systemd-nspawn', 'systemd-container'],
  ['qemu-img', 'qemu-utils'],
  ['apt-ftparchive', 'apt-utils'],
  ['nasm', 'nasm'],
  ['mkfs.ext4', 'e2fsprogs'],
  ['xfs_io', 'xfsprogs'],
  ['ip', 'iproute2'],
  ['nft', 'nftables'],
  ['ssh', 'openssh-client'],
  ['flock', 'util-linux'],
  ['losetup', 'mount'],
  ['ipmi_sim', 'openipmi'],
  ['ipmitool', 'ipmitool'],
];

/** Every Debian package the lab needs. */
export const labPackages: readonly string[] = programs.map(([, debianPackage]) => debianPackage);

const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Why this machine cannot run a lab whatever is installed, or undefined. */
export async function unsuitable(): Promise<string | undefined> {
  if (platform() !== 'linux') return 'The lab runs on Linux only.';
  if (process.getuid?.() !== 0)
    return 'The lab needs root: it makes containers, loop devices and network interfaces.';
  if (!(await isThere('/dev/loop-control')))
    return 'The lab needs loop devices, and there is no /dev/loop-control.';
  return undefined;
}

/** Debian packages that the lab needs and that are not installed. */
export async function missingPackages(): Promise<string[]> {
  const missing = new Set<string>();
  for (const [program, debianPackage] of programs) {
    const found = await Promise.all(systemPath.map((directory) => isThere(`${directory}/${program}`)));
    if (!found.includes(true)) missing.add(debianPackage);
  }
  return [...missing];
}

/**
 * Installs what is missing, as root on a machine with apt-get. Returns the packages that are still missing: empty means
 * that a lab can be brought up.
 */
export async function installPrerequisites(onProgress: (message: string) => void): Promise<string[]> {
  const missing = await missingPackages();
  if (missing.length === 0) return [];
  if (process.getuid?.() !== 0 || !(await isThere('/usr/bin/apt-get'))) return missing;
  onProgress(`Installing ${missing.join(', ')}.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['apt-get', 'install', '--quiet', '--yes', '--no-install-recommends', ...missing];
  // The package lists may be missing or old; only then is fetching them worth the time.
  if ((await run(install, { env })).exitCode !== 0) {
    await must(['apt-get', 'update', '--quiet'], { env });
    await must(install, { env });
  }
  return await missingPackages();
}

/** Throws `unsupported` or `not-permitted`, with the remedy, unless a lab can run here. */
export async function requirePrerequisites(): Promise<void> {
  const reason = await unsuitable();
  if (reason !== undefined) throw new MinimeError({ kind: 'not-permitted', message: reason });
  const missing = await missingPackages();
  if (missing.length === 0) return;
  throw new MinimeError({
    kind: 'unsupported',
    message: `The lab needs packages that are not installed: ${missing.join(', ')}.`,
    remedy: `apt-get install ${missing.join(' ')}`,
  });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
