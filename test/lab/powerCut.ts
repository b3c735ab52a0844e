import { open, readFile } from 'node:fs/promises';
import { must } from './command.ts';
import { freeze, initProcess, powerOff } from './container.ts';
import { loopDevices } from './disks.ts';

/** What multi-mount protection had last written to a disk: "in use by this host". */
interface MmpBlock {
  device: string;
  offset: number;
  content: Buffer;
}

/**
 * Takes a host's power away as a power cut does. Killing a container alone is too kind: its mount namespace ends in a
 * clean unmount. So everything in it is stopped, its file systems on shared disks are shut down without writing back, and their multi-mount
 * protection block, which the kernel marks as free even then, is put back as it was.
 */
export async function cutPower(lab: string, host: string): Promise<void> {
  const init = await initProcess(lab, host);
  const blocks: MmpBlock[] = [];
  if (init !== undefined) {
    await freeze(lab, host);
    const devices = (await loopDevices(lab)).filter((device) => device.host === host);
    for (const mount of await mountsOf(init)) {
      const device = devices.find((candidate) => candidate.number === mount.number);
      if (device === undefined || mount.type !== 'ext4') continue;
      const block = await readMmpBlock(device.path);
      if (block !== undefined) blocks.push(block);
      await must(['xfs_io', '-x', '-c', 'shutdown', `/proc/${init}/root${mount.directory}`], { host });
    }
  }
  await powerOff(lab, host);
  for (const block of blocks) await writeMmpBlock(block);
}

interface Mount {
  number: string;
  directory: string;
  type: string;
}

/** The mounts a process sees, each device once. */
async function mountsOf(pid: number): Promise<Mount[]> {
  const mounts = new Map<string, Mount>();
  for (const line of (await readFile(`/proc/${pid}/mountinfo`, 'utf8')).split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , number = '', , directory = ''] = before.split(' ');
    const [type = ''] = after.split(' ');
    if (number !== '' && !mounts.has(number))
      mounts.set(number, { number, directory: unescape(directory), type });
  }
  return [...mounts.values()];
}

/** /proc writes blanks and the like as octal escapes. */
const unescape = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Undefined for a file system without multi-mount protection. */
async function readMmpBlock(device: string): Promise<MmpBlock | undefined> {
  const header = await must(['dumpe2fs', '-h', device]);
  const number = /^MMP block number:\s+(\d+)$/m.exec(header)?.[1];
  const size = /^Block size:\s+(\d+)$/m.exec(header)?.[1];
  if (number === undefined || size === undefined) return undefined;
  const content = Buffer.alloc(Number(size));
  const offset = Number(number) * Number(size);
  const file = await open(device, 'r');
  try {
    await file.read(content, 0, content.length, offset);
  } finally {
    await file.close();
  }
  return { device, offset, content };
}

async function writeMmpBlock(block: MmpBlock): Promise<void> {
  const file = await open(block.device, 'r+');
  try {
    await file.write(block.content, 0, block.content.length, block.offset);
    await file.sync();
  } finally {
    await file.close();
  }
}
