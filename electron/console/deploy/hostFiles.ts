import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostPaths } from '../../../src/contract/manifest.ts';

/** The host program and what goes with it, as they are copied to a host. */
export interface HostResources {
  /** Version of the vmcl bundle. */
  version: string;
  files: readonly InstalledFile[];
}

export interface InstalledFile {
  /** Absolute, on the host. */
  path: string;
  mode: string;
  bytes: Buffer;
}

export const DISPATCH_UNIT = 'minime-dispatch.service';
/** systemd units that are enabled and started at the end. */
export const HOST_UNITS = [
  DISPATCH_UNIT,
  'minime-sync.timer',
  'minime-sync.path',
  'minime-changed.path',
  'minime-shutdown.service',
] as const;

/** libvirtd looks for hooks only when it starts. */
export const LIBVIRT_HOOK = '/etc/libvirt/hooks/qemu.d/minime';
/** Called by Pacemaker for what happens in the cluster. */
export const ALERT = '/usr/lib/minime/alert';
/** What it writes to, made at once and at boot. */
export const TMPFILES = '/etc/tmpfiles.d/minime.conf';
export const UNIT_FOLDER = '/etc/systemd/system';
/** What is changed in units of the distribution, by the units' names. */
const dropIns = {
  /** Keeps it from starting VMs at boot and from suspending them at shutdown. */
  'libvirt-guests.service': 'systemd/libvirt-guests.conf',
  /** Debian's, as a daemon and by connection; elsewhere sshd needs no folder of its own. */
  'ssh.service': 'systemd/ssh.conf',
  'ssh@.service': 'systemd/ssh.conf',
};
export const DROP_IN_FOLDERS = Object.keys(dropIns).map((unit) => `${UNIT_FOLDER}/${unit}.d`);

const unitNames = [
  'minime-sync.service',
  'minime-sync.timer',
  'minime-sync.path',
  'minime-changed.path',
  'minime-changed.service',
  DISPATCH_UNIT,
  'minime-takeover@.service',
  'minime-rejoin.service',
  'minime-shutdown.service',
  'minime-moves.service',
];

/** What `resources/host` holds and where it belongs (see its README). */
const installed: readonly { source: string; path: string; mode: string }[] = [
  { source: 'bin/vmcl', path: hostPaths.command, mode: '0755' },
  { source: 'bin/dispatch-ssh', path: hostPaths.dispatchSsh, mode: '0755' },
  { source: 'bin/sbd-read-back', path: hostPaths.sbdReadBack, mode: '0755' },
  { source: 'ocf/quorum-disk', path: `${hostPaths.agentFolder}/quorum-disk`, mode: '0755' },
  { source: 'ocf/vmcl', path: `${hostPaths.agentFolder}/vmcl`, mode: '0755' },
  { source: 'alert/minime-alert', path: ALERT, mode: '0755' },
  { source: 'tmpfiles/minime.conf', path: TMPFILES, mode: '0644' },
  ...unitNames.map((name) => ({ source: `systemd/${name}`, path: `${UNIT_FOLDER}/${name}`, mode: '0644' })),
  ...Object.entries(dropIns).map(([unit, source]) => ({
    source,
    path: `${UNIT_FOLDER}/${unit}.d/minime.conf`,
    mode: '0644',
  })),
  { source: 'libvirt/minime', path: LIBVIRT_HOOK, mode: '0755' },
];

const instance = (name: string): string => name.replace('@.', '@x.');

/**
 * How systemd is asked whether it has read the unit files at these paths. Of a template only an instance can be asked;
 * a drop-in belongs to a unit that need not be installed.
 */
export function loadedUnits(paths: readonly string[]): { own: string[]; others: string[] } {
  const names = paths
    .filter((path) => path.startsWith(`${UNIT_FOLDER}/`))
    .map((path) => path.slice(UNIT_FOLDER.length + 1));
  return {
    own: names.filter((name) => !name.includes('/')).map(instance),
    others: names.flatMap((name) => /^(.+)\.d\//.exec(name)?.[1] ?? []).map(instance),
  };
}

/** Reads what goes onto hosts from this installation of Minime. Rejects if a file of it is missing. */
export async function readHostResources(
  /** The folder `resources/host`. */
  hostFiles: string,
  /** The bundle, `vmcl.cjs`. */
  hostProgram: string,
  version: string,
): Promise<HostResources> {
  const sources = [
    { source: hostProgram, path: hostPaths.program, mode: '0644' },
    ...installed.map(({ source, ...target }) => ({ source: join(hostFiles, source), ...target })),
  ];
  const files = await Promise.all(
    sources.map(async ({ source, ...target }) => ({ ...target, bytes: await readFile(source) })),
  );
  return { version, files };
}
