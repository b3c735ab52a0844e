import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MinimeError } from '../../src/contract/errors.ts';
import { type CommandOptions, must } from './command.ts';
import { type GuestOptions, guestDiskName, guestDiskPath, guestXml } from './guestXml.ts';
import { sharedMountPoint, sharedPath } from './names.ts';

/** Big enough for a day of records; a new qcow2 file takes 200 KiB. */
const diskSize = '64M';
const bootSector = `${sharedMountPoint}/boot/guest.bin`;
const sectorBytes = 512;
/** The program, and a copy of the newest record, come before. */
const firstRecord = 2 * sectorBytes;

/** One second of a guest's life, as it wrote it to its own disk. */
export interface GuestRecord {
  /** Goes on counting from boot to boot, on whatever host. */
  tick: number;
  /** Differs from boot to boot. */
  boot: string;
}

type Exec = (host: string, argv: readonly string[], options?: CommandOptions) => Promise<string>;

/** The virtual machines of a lab's hosts. */
export class Guests {
  readonly #lab: string;
  readonly #exec: Exec;

  constructor(lab: string, exec: Exec) {
    this.#lab = lab;
    this.#exec = exec;
  }

  /** Makes a guest's disk, unless it is there, and defines the guest; it is not started. */
  async add(host: string, options: GuestOptions): Promise<void> {
    if (options.name.includes('/')) {
      throw new MinimeError({ kind: 'invalid-input', message: 'The name of a VM cannot hold a slash.' });
    }
    const disk = guestDiskPath(options);
    const createDisk = `test -e "$2" || {
      qemu-img convert -q -f raw -O qcow2 "$1" "$2.new" && qemu-img resize -q "$2.new" ${diskSize} && mv "$2.new" "$2"
    }`;
    await this.#exec(host, ['sh', '-c', createDisk, 'create', bootSector, disk]);
    // virsh opens its file by name, which a socket as standard input does not allow.
    const define = 'set -e; file=$(mktemp); cat >"$file"; virsh --quiet define "$file"; rm "$file"';
    await this.#exec(host, ['sh', '-c', define], { stdin: guestXml(options) });
    if (options.autostart === true) await this.#exec(host, ['virsh', '--quiet', 'autostart', options.name]);
  }

  async start(host: string, vm: string): Promise<void> {
    await this.#exec(host, ['virsh', '--quiet', 'start', vm]);
  }

  /** Takes the guest's power away. */
  async stop(host: string, vm: string): Promise<void> {
    await this.#exec(host, ['virsh', '--quiet', 'destroy', vm]);
  }

  /** Removes the definition and NVRAM; the disk stays. */
  async remove(host: string, vm: string): Promise<void> {
    await this.#exec(host, ['virsh', '--quiet', 'undefine', '--nvram', vm]);
  }

  /** Names of the VMs a host runs, or of all it has defined. */
  async list(host: string, which: 'running' | 'all'): Promise<string[]> {
    const scope = which === 'all' ? ['--all'] : [];
    const names = await this.#exec(host, ['virsh', '--quiet', 'list', '--name', ...scope]);
    return names.split('\n').filter((name) => name !== '');
  }

  /** Everything a guest on the shared directory has written, oldest first; empty before its first second. */
  async records(vm: string): Promise<GuestRecord[]> {
    const directory = await mkdtemp(join(tmpdir(), 'minime-guest-'));
    try {
      const raw = join(directory, 'raw');
      // -U: the guest may be running and hold the lock.
      const disk = join(sharedPath(this.#lab), guestDiskName(vm));
      await must(['qemu-img', 'convert', '-U', '-f', 'qcow2', '-O', 'raw', disk, raw]);
      return parseRecords(await readFile(raw));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}

function parseRecords(disk: Buffer): GuestRecord[] {
  const records: GuestRecord[] = [];
  for (let offset = firstRecord; offset < disk.length; offset += sectorBytes) {
    const text = disk.toString('latin1', offset, offset + 120);
    const match = /^tick=(\d+) boot=(\S+)\n/.exec(text);
    if (match === null) break;
    const [, tick = '', boot = ''] = match;
    records.push({ tick: Number(tick), boot });
  }
  return records;
}
