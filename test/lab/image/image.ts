import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MinimeError } from '../../../src/contract/errors.ts';
import { run } from '../command.ts';
import { withLock } from '../lock.ts';
import { cacheDirectory, labPassword, lockPath } from '../names.ts';
import { listLabs, readState } from '../state.ts';

/** What a hypervisor host has before Minime comes: no cluster software and no Node. dma delivers mail. */
const basePackages = [
  ...['systemd', 'systemd-sysv', 'dbus', 'udev', 'kmod', 'procps', 'less', 'ca-certificates'],
  ...['openssh-server', 'sudo', 'iproute2', 'iptables', 'iputils-ping', 'e2fsprogs', 'dma'],
  ...['libvirt-daemon-system', 'libvirt-clients', 'qemu-system-x86', 'qemu-utils', 'ovmf'],
  // Common tools and libraries, two thirds of all that the engine depends on: each deployment would take a minute more.
  ...['bc', 'bzip2', 'gawk', 'media-types', 'pci.ids', 'python3', 'xsltproc'],
  ...['python3-boto3', 'python3-googleapi', 'python3-oauth2client', 'python3-openssl', 'python3-pexpect'],
  ...['python3-pycurl', 'python3-requests', 'python3-sqlalchemy', 'python3-suds'],
  ...['libc-ares2', 'liblzo2-2', 'libnet1', 'libopenipmi0', 'libsensors5', 'libsnmp40', 'libstatgrab10'],
  ...['libtimedate-perl', 'libuv1'],
];

/** What can be installed on a lab host with apt, besides what these depend on. */
const repositoryPackages = [
  ...['corosync', 'pacemaker', 'pacemaker-cli-utils', 'pacemaker-resource-agents', 'sbd'],
  ...[
    'fence-agents',
    'ipmitool',
    'resource-agents',
    'nodejs',
    'crmsh',
    'chrony',
    'nftables',
    'jq',
    'python3',
    'watchdog',
  ],
];

const suite = 'bookworm';
const mirror = 'http://deb.debian.org';
const sources = [
  `deb ${mirror}/debian ${suite} main`,
  `deb ${mirror}/debian ${suite}-updates main`,
  `deb ${mirror}/debian-security ${suite}-security main`,
];
const scripts = ['customize.sh', 'guest.asm', 'guest-init.sh', 'cpu-figures.sh'];

export interface Image {
  /** Hash of the recipe. */
  key: string;
  /** The bare root file system that hosts share, never written to. */
  root: string;
  /** The apt repository. */
  packages: string;
  /** Boot sector of the guests; kernel and initial RAM disk of those with UEFI firmware. */
  boot: string;
}

const imageAt = (key: string): Image => {
  const directory = join(cacheDirectory, key);
  return { key, root: `${directory}/root`, packages: `${directory}/packages`, boot: `${directory}/boot` };
};

/** The image of a lab that exists already; throws `not-found` if somebody emptied the cache. */
export async function cachedImage(key: string): Promise<Image> {
  const image = imageAt(key);
  if (await exists(image.root)) return image;
  throw new MinimeError({
    kind: 'not-found',
    message: `The image ${key} that this lab runs on is no longer in ${cacheDirectory}.`,
    remedy: 'Bring the lab down and up again.',
  });
}

/**
 * Returns the cached image for today's recipe, and builds it first (about a minute, needs the Debian archive) if it is
 * not there or `fresh` asks for current packages. Several processes may call this at once: one builds, the rest wait.
 */
export async function ensureImage(onProgress: (message: string) => void, fresh = false): Promise<Image> {
  const image = imageAt(await recipeKey());
  if (!fresh && (await exists(image.root))) return image;
  const waiting = (): void => onProgress('Waiting for another process that is building the image.');
  return await withLock(lockPath('image'), waiting, async () => {
    if (!fresh && (await exists(image.root))) return image;
    await build(image.key, onProgress);
    await prune(image.key);
    return image;
  });
}

async function recipeKey(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([basePackages, repositoryPackages, sources]));
  for (const script of scripts) hash.update(await readFile(join(import.meta.dirname, script)));
  return hash.digest('hex').slice(0, 12);
}

async function build(key: string, onProgress: (message: string) => void): Promise<void> {
  const building = join(cacheDirectory, `${key}.building`);
  const log = join(cacheDirectory, `${key}.log`);
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true });
  onProgress('Building the base image from the Debian archive (about two minutes, only the first time).');
  const result = await run(
    [
      'mmdebstrap',
      '--mode=root',
      '--variant=minbase',
      `--include=${basePackages.join(',')}`,
      '--dpkgopt=path-exclude=/usr/share/doc/*',
      '--dpkgopt=path-exclude=/usr/share/man/*',
      '--dpkgopt=path-exclude=/usr/share/locale/*',
      `--customize-hook=${join(import.meta.dirname, 'customize.sh')}`,
      suite,
      `${building}/root`,
      '-',
    ],
    {
      stdin: `${sources.join('\n')}\n`,
      env: {
        ...process.env,
        LAB_OUT: building,
        LAB_PACKAGES: repositoryPackages.join(' '),
        LAB_PASSWORD: labPassword,
      },
    },
  );
  await writeFile(log, result.stdout + result.stderr);
  if (result.exitCode !== 0) {
    await rm(building, { recursive: true, force: true });
    throw new MinimeError({
      kind: 'tool-failed',
      message: 'The base image of the lab could not be built.',
      remedy: `Check that ${mirror} is reachable; the whole output is in ${log}.`,
      details: result.stderr.split('\n').slice(-20).join('\n'),
    });
  }
  await rm(join(cacheDirectory, key), { recursive: true, force: true });
  await rename(building, join(cacheDirectory, key));
}

/** Removes the images of earlier recipes that no lab runs on, and what interrupted builds left. */
async function prune(newest: string): Promise<void> {
  const used = new Set([newest]);
  for (const lab of await listLabs()) {
    const state = await readState(lab);
    if (state !== undefined) used.add(state.image);
  }
  for (const entry of await readdir(cacheDirectory)) {
    const key = entry.replace(/\.log$/, '');
    if (!used.has(key)) await rm(join(cacheDirectory, entry), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
