import { createHash } from 'node:crypto';
import { poisonPillDisk, sharedFolder } from '../../world/sharedStorage.ts';
import { fails, says, succeeds, type Tool, valueOf, yesOrNo } from '../tool.ts';
import { contentOf } from './files.ts';

const poisonPill = 'SBD_SBD_';
const sectorBytes = 512;

/** Storage: one block device that all hosts see, and a folder that is the same on all of them. */
export const diskTools: Record<string, Tool> = {
  lsblk: ({ system }) => {
    const device = system.at(poisonPillDisk);
    const all = device === undefined ? [] : [{ path: poisonPillDisk, size: device.size }];
    return says(
      JSON.stringify({
        blockdevices: all.map(({ path, size }) => ({
          name: path.slice('/dev/'.length),
          path,
          type: 'disk',
          size,
          ro: false,
          wwn: null,
          serial: 'embedded-poison-pill',
          'maj:min': '253:0',
          mountpoints: [null],
        })),
      }),
    );
  },

  findmnt: () =>
    says(
      JSON.stringify({
        filesystems: [{ target: sharedFolder, fstype: 'nfs4', source: 'embedded:/shared' }],
      }),
    ),

  blkid: ({ args, system }) => {
    const path = args.at(-1) ?? '';
    const text = signatureText(path, system.at(path)?.signature);
    return text === '' ? says('', 2) : says(text);
  },

  blockdev: () => succeeds,

  'mkfs.ext4': async ({ args, cluster, system }) => {
    const path = args.at(-1) ?? '';
    const entry = system.at(path);
    if (entry === undefined) return fails(`The file ${path} does not exist and no size was specified.`);
    const signature = { type: 'ext4', label: valueOf(args, '-L') ?? '', uuid: valueOf(args, '-U') ?? '' };
    system.treeOf(path).put(path, { ...entry, signature });
    const disk = cluster.disks.get(/quorum-(.+)\.img/.exec(path)?.[1] ?? '');
    if (disk !== undefined) await cluster.folders.format(disk);
    return succeeds;
  },

  mountpoint: ({ args, boot }) => yesOrNo(boot.mounts.has((args.at(-1) ?? '').split('/').at(-1) ?? '')),

  dd: ({ args, system }) => {
    const device = args.find((arg) => arg.startsWith('of='))?.slice('of='.length) ?? '';
    const entry = system.at(device);
    if (!args.includes('if=/dev/zero') || entry?.kind !== 'block')
      return fails('dd: only zeros, only to a device');
    system.treeOf(device).put(device, { ...entry, bytes: Buffer.alloc(0) });
    return succeeds;
  },

  /** Images are not attached to anything. */
  losetup: () => says(''),

  sbd: ({ args, system }) => {
    const device = valueOf(args, '-d') ?? '';
    const entry = system.at(device);
    if (args.at(-1) !== 'create') return fails('sbd: an embedded host can only create');
    if (entry?.kind !== 'block') return fails(`sbd: opening ${device} failed.`);
    const times = { watchdogS: Number(valueOf(args, '-1')), msgwaitS: Number(valueOf(args, '-4')) };
    system.treeOf(device).put(device, { ...entry, bytes: poisonPillHeader(device, times) });
    return succeeds;
  },
};

/** As `blkid --probe --output export` prints it. */
export function signatureText(
  path: string,
  signature: { type: string; label: string; uuid: string } | undefined,
): string {
  if (signature === undefined) return '';
  const { type, label, uuid } = signature;
  return `DEVNAME=${path}\nLABEL=${label}\nUUID=${uuid}\nTYPE=${type}\n`;
}

/** Scripts that deployment has a shell run on disks, by what only one of them says. */
export const diskScripts: readonly { says: string; run: Tool }[] = [
  {
    says: 'blkid --probe',
    run: ({ args, system }) =>
      says(args.map((path) => `${signatureText(path, system.at(path)?.signature)}\n`).join('')),
  },
  {
    says: poisonPill,
    run: ({ args, system }) =>
      says(
        args
          .filter((path) => system.at(path)?.bytes.toString('latin1', 0, poisonPill.length) === poisonPill)
          .map((path) => `${path}\n`)
          .join(''),
      ),
  },
  {
    says: 'base64',
    run: ({ args: [path = '', blocks = '0'], system }) => {
      const entry = system.at(path);
      if (entry === undefined) return fails(`dd: failed to open '${path}'`);
      return says(contentOf(entry, Number(blocks) * 4096).toString('base64'));
    },
  },
  { says: 'losetup', run: () => succeeds },
  {
    says: 'sha256sum',
    run: ({ args: [path = ''], system }) => {
      const entry = system.at(path);
      if (entry === undefined) return fails(`dd: failed to open '${path}'`);
      const hash = createHash('sha256')
        .update(contentOf(entry, 16 * 65_536))
        .digest('hex');
      return says(`${hash}  -\n`);
    },
  },
];

/** As SBD lays it out: magic, version, number of slots, sector size, times, uuid (sbd(8)). */
function poisonPillHeader(device: string, times: { watchdogS: number; msgwaitS: number }): Buffer {
  const header = Buffer.alloc(sectorBytes);
  header.write(poisonPill, 0, 'latin1');
  header.writeUInt8(2, 8);
  header.writeUInt8(255, 9);
  header.writeUInt32BE(sectorBytes, 12);
  header.writeUInt32BE(times.watchdogS, 16);
  header.writeUInt32BE(1, 20);
  header.writeUInt32BE(1, 24);
  header.writeUInt32BE(times.msgwaitS, 28);
  createHash('md5')
    .update(`${device} ${String(times.msgwaitS)}`)
    .digest()
    .copy(header, 33);
  return header;
}
