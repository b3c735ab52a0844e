import { z } from 'zod';
import { QUORUM_DISK_LABEL } from '../identity.ts';

/** What a device holds by its own signatures (`blkid --probe`). */
export interface Signature {
  type: string;
  label?: string;
  uuid?: string;
}

export interface BlockDevice {
  /** The device's own node. */
  path: string;
  /** All other names of it under /dev. */
  aliases: string[];
  /** Bytes. */
  size: number;
  multipath: boolean;
  readOnly: boolean;
  /** World wide name or serial number, where the device has one. */
  identity?: string;
  /** Who uses it: a mount, partitions, a volume group, RAID … Absent: nobody on this host. */
  usedBy?: string;
  signature?: Signature;
}

interface LsblkDevice {
  name: string;
  path: string;
  type: string;
  size: number;
  ro: boolean;
  wwn: string | null;
  serial: string | null;
  'maj:min': string;
  mountpoints: (string | null)[];
  children?: LsblkDevice[] | undefined;
}

const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const lsblkDevice: z.ZodType<LsblkDevice> = z.object({
  name: z.string(),
  path: z.string(),
  type: z.string(),
  size: z.coerce.number(),
  // Older versions print "0" and "1".
  ro: z.union([z.boolean(), z.enum(['0', '1']).transform((value) => value === '1')]),
  wwn: optionalText,
  serial: optionalText,
  'maj:min': z.string(),
  mountpoints: z.array(z.string().nullable()).default([]),
  get children() {
    return z.array(lsblkDevice).optional();
  },
});
const lsblkSchema = z.object({ blockdevices: z.array(lsblkDevice) });

export const LSBLK = [
  ...['lsblk', '--json', '--bytes', '--output'],
  'NAME,PATH,TYPE,SIZE,RO,WWN,SERIAL,MAJ:MIN,MOUNTPOINTS',
];

/** Every block device node under /dev, symbolic links followed, with major and minor number in hex. */
export const DEVICE_NODES = [
  ...[
    'find',
    '-L',
    '/dev',
    '(',
    '-path',
    '/dev/fd',
    '-o',
    '-path',
    '/dev/shm',
    '-o',
    '-path',
    '/dev/pts',
    ')',
    '-prune',
  ],
  ...['-o', '-type', 'b', '-exec', 'stat', '--dereference', '--format=%t:%T %n', '{}', '+'],
];

/** Kinds that a poison-pill or quorum disk can lie on. */
const usable = new Set(['disk', 'part', 'lvm', 'mpath', 'loop', 'crypt', 'raid0', 'raid1', 'raid10', 'md']);

/**
 * The devices that exist under /dev, without those too small to hold anything. sysfs, which lsblk reads, may list more
 * than that: a container sees its machine's.
 */
export function readBlockDevices(lsblkJson: string, deviceNodes: string): BlockDevice[] {
  const names = new Map<string, string[]>();
  for (const line of deviceNodes.split('\n')) {
    const [numbers = '', ...rest] = line.split(' ');
    const [major = '', minor = ''] = numbers.split(':');
    if (rest.length === 0) continue;
    const key = `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`;
    names.set(key, [...(names.get(key) ?? []), rest.join(' ')]);
  }
  const found = new Map<string, BlockDevice>();
  const visit = (device: LsblkDevice): void => {
    device.children?.forEach(visit);
    const own = names.get(device['maj:min']);
    if (own === undefined || !usable.has(device.type) || device.size < 1024 * 1024) return;
    const path = own.includes(device.path) ? device.path : (own.toSorted(byLength)[0] ?? device.path);
    const usedBy = userOf(device);
    const identity = device.wwn ?? device.serial;
    found.set(device['maj:min'], {
      path,
      aliases: own.filter((name) => name !== path).toSorted(),
      size: device.size,
      multipath: device.type === 'mpath',
      readOnly: device.ro,
      ...(identity === null ? {} : { identity }),
      ...(usedBy === undefined ? {} : { usedBy }),
    });
  };
  lsblkSchema.parse(JSON.parse(lsblkJson)).blockdevices.forEach(visit);
  return [...found.values()].toSorted((a, b) => a.path.localeCompare(b.path));
}

/** Output of `blkid --probe --output export`: blocks of KEY=value, one per device. */
export function readSignatures(blkidExport: string): Map<string, Signature> {
  const signatures = new Map<string, Signature>();
  for (const block of blkidExport.split(/\n\s*\n/)) {
    const values = Object.fromEntries(
      block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const type =
      values['TYPE'] ?? (values['PTTYPE'] === undefined ? undefined : `${values['PTTYPE']} partition table`);
    if (values['DEVNAME'] === undefined || type === undefined) continue;
    signatures.set(values['DEVNAME'], {
      type,
      // blkid writes special characters with a backslash.
      ...(values['LABEL'] === undefined ? {} : { label: values['LABEL'].replace(/\\(.)/g, '$1') }),
      ...(values['UUID'] === undefined ? {} : { uuid: values['UUID'] }),
    });
  }
  return signatures;
}

/** For the screen: what a device holds or who uses it; undefined if it is empty and free. */
export function contentOf(device: BlockDevice): string | undefined {
  if (device.usedBy !== undefined) return device.usedBy;
  const { signature } = device;
  if (signature === undefined) return device.readOnly ? 'read-only' : undefined;
  if (signature.type === 'sbd') return 'a poison-pill disk (SBD)';
  if (signature.label === QUORUM_DISK_LABEL) return 'a quorum disk of Minime';
  const label = signature.label === undefined ? '' : ` “${signature.label}”`;
  return `${signature.type}${label}`;
}

function userOf(device: LsblkDevice): string | undefined {
  const mounted = device.mountpoints.filter((point) => point !== null);
  if (mounted.length > 0)
    return mounted[0] === '[SWAP]' ? 'used as swap space' : `mounted on ${mounted.join(', ')}`;
  const children = device.children ?? [];
  if (children.length === 0) return undefined;
  return children.every((child) => child.type === 'part')
    ? 'has partitions'
    : `used by ${children.map((child) => child.path).join(', ')}`;
}

function byLength(a: string, b: string): number {
  return a.length - b.length || a.localeCompare(b);
}
