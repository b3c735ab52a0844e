import { MinimeError } from '../../contract/errors.ts';
import { diskLabel } from './superblock.ts';

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';
/** mount(8) ends with a hint at dmesg, so its first line is the one. */
const firstLine = (text: string): string => text.trim().split('\n')[0]?.trim() ?? '';

export const notConfigured = (home: string): MinimeError =>
  new MinimeError({
    kind: 'not-found',
    message: `No quorum disk of ${home} is configured on this host.`,
    remedy: 'Deploy again from the console; it writes /etc/minime/host.json.',
  });

export const unreadable = (home: string, device: string, stderr: string): MinimeError =>
  new MinimeError({
    kind: 'storage',
    message: `The quorum disk of ${home} cannot be read.`,
    cause: lastLine(stderr),
    remedy: `Check that ${device} is there and holds the file system that deployment made.`,
  });

export const notAQuorumDisk = (home: string, device: string, label: string): MinimeError =>
  new MinimeError({
    kind: 'conflict',
    message: `${device} is not the quorum disk of ${home}.`,
    cause: `Its file system is labelled "${label}", not "${diskLabel}".`,
    remedy: 'Check the device paths in the deployment; nothing was changed on the disk.',
  });

export const foreignDisk = (home: string, problem: string): MinimeError =>
  new MinimeError({
    kind: 'conflict',
    message: `The disk configured for ${home} is not its quorum disk.`,
    cause: problem,
    remedy: 'Check the device paths in the deployment; nothing was changed on the disk.',
  });

export const damaged = (home: string, device: string, output: string): MinimeError =>
  new MinimeError({
    kind: 'storage',
    message: `The file system on the quorum disk of ${home} is damaged.`,
    cause: lastLine(output),
    remedy: `With the disk mounted nowhere, run e2fsck -f ${device}; or make it anew: the next sync fills it again.`,
  });

export const mountFailed = (home: string, device: string, stderr: string): MinimeError =>
  new MinimeError({
    kind: 'storage',
    message: `The quorum disk of ${home} could not be mounted.`,
    cause: firstLine(stderr),
    remedy: `Look at the kernel log of this host for ${device}.`,
  });

export const inUse = (home: string, device: string, user: string, stderr: string): MinimeError =>
  new MinimeError({
    kind: 'conflict',
    message: `The quorum disk of ${home} could not be mounted: ${user} has it in use.`,
    cause: `Multi-mount protection refuses ${device}: ${firstLine(stderr)}`,
    remedy: `Unmount it on ${user}, or have ${user} fenced.`,
  });

export const unmountFailed = (home: string, stderr: string): MinimeError =>
  new MinimeError({
    kind: 'busy',
    message: `The quorum disk of ${home} could not be unmounted.`,
    cause: lastLine(stderr),
    remedy: 'Close what is open below the mount point; fuser --mount --verbose shows it.',
  });

export const notMounted = (home: string): MinimeError =>
  new MinimeError({
    kind: 'not-found',
    message: `The quorum disk of ${home} is not mounted here.`,
    remedy: 'Pacemaker mounts it; look at the resource of the quorum disk.',
  });

export const readOnly = (home: string): MinimeError =>
  new MinimeError({
    kind: 'storage',
    message: `The quorum disk of ${home} is read-only.`,
    cause: 'ext4 made it so after an error of the storage.',
    remedy: 'Look at the kernel log and the storage; then restart the resource, which mounts it anew.',
  });
