import { writeFile } from 'node:fs/promises';
import { MinimeError } from '../../src/contract/errors.ts';
import { breakDisk, type DiskTrouble, mendDisk } from './brokenDisks.ts';
import { type CommandOptions, type CommandResult, commandFailed } from './command.ts';
import { execIn, isPowered, waitUntilUp } from './container.ts';
import { devicePath } from './disks.ts';
import { Guests } from './guests.ts';
import type { GuestOptions } from './guestXml.ts';
import { cachedImage, ensureImage, type Image } from './image/image.ts';
import { bringUp, prepareState, switchOn, takeDown } from './lifecycle.ts';
import { withLock } from './lock.ts';
import { hostDirectory, labNameSchema, lockPath, maximumHosts, sharedPath } from './names.ts';
import { applyPartition, hostAddresses, managementAddress, setCable, writeCabling } from './network.ts';
import { cutPower } from './powerCut.ts';
import { requirePrerequisites } from './prerequisites.ts';
import { hostKeyFingerprint, knownHostsPath, labKeyPath } from './rootfs.ts';
import { type LabState, readState, writeState } from './state.ts';

export interface LabHost {
  /** Host name: n1, n2, … */
  name: string;
  /** Address on the management network, reachable from this machine. */
  address: string;
  /** Addresses on heartbeat links 1 and 2. */
  heartbeatAddresses: [string, string];
  sshPort: 22;
  /** `SHA256:…` of its ed25519 host key. */
  hostKeyFingerprint: string;
}

export interface LabDevices {
  /** The raw shared disk for SBD. */
  poisonPill: string;
  /** One disk per host, by host name; every host sees all of them. */
  quorum: Record<string, string>;
  /** A disk with somebody's ext4 file system on it: must be refused everywhere. */
  withData: string;
  /** An empty disk of 1 GiB. */
  spare: string;
}

export interface UpOptions {
  name: string;
  /** 1 to 32; default 3. More than a running lab has adds hosts to it. */
  hosts?: number;
  onProgress?: (message: string) => void;
}

const silent = (): void => undefined;

/** Real hypervisor hosts on this machine: containers with systemd, sshd and libvirt, on networks and disks of their own. */
export class Lab {
  readonly name: string;
  readonly hosts: readonly LabHost[];
  readonly guests: Guests;
  /** Address of this machine on the management network. */
  readonly ownAddress: string;
  readonly #image: Image;

  private constructor(state: LabState, hosts: LabHost[], image: Image) {
    this.name = state.name;
    this.hosts = hosts;
    this.ownAddress = managementAddress(state.slot);
    this.#image = image;
    this.guests = new Guests(state.name, (host, argv, options) => this.exec(host, argv, options));
  }

  /** Brings a lab up, or finishes and repairs one that is half up; hosts that are off are switched on. */
  static async up(options: UpOptions): Promise<Lab> {
    const name = checkName(options.name);
    const count = options.hosts ?? 3;
    const onProgress = options.onProgress ?? silent;
    if (!Number.isInteger(count) || count < 1 || count > maximumHosts) {
      throw new MinimeError({ kind: 'invalid-input', message: `A lab has 1 to ${maximumHosts} hosts.` });
    }
    await requirePrerequisites();
    return await locked(name, onProgress, async () => {
      const present = await readState(name);
      const image = present === undefined ? await ensureImage(onProgress) : await cachedImage(present.image);
      const state = await prepareState(name, count, image);
      await bringUp(state, image, onProgress);
      return await Lab.#open(state);
    });
  }

  /** A lab of new hosts: what a run that was ended hard has left of the last one is removed first. */
  static async fresh(options: UpOptions): Promise<Lab> {
    await Lab.down(options.name, options.onProgress);
    return await Lab.up(options);
  }

  /** A lab that was brought up before, by this process or another. */
  static async attach(name: string): Promise<Lab> {
    const state = await readState(checkName(name));
    if (state === undefined) {
      throw new MinimeError({
        kind: 'not-found',
        message: `There is no lab ${name}.`,
        remedy: `Bring it up with "npm run lab -- up --lab ${name}".`,
      });
    }
    return await Lab.#open(state);
  }

  /** Removes whatever there is of a lab, however far its `up` came. Throws if something resists. */
  static async down(name: string, onProgress: (message: string) => void = silent): Promise<void> {
    await locked(checkName(name), onProgress, () => takeDown(name));
  }

  static async #open(state: LabState): Promise<Lab> {
    const hosts = await Promise.all(state.hosts.map((host) => describeHost(state, host)));
    return new Lab(state, hosts, await cachedImage(state.image));
  }

  down(): Promise<void> {
    return Lab.down(this.name);
  }

  /** Private key that opens every account of every host. */
  get sshKeyPath(): string {
    return labKeyPath(this.name);
  }

  /** An OpenSSH known_hosts file with the keys of all hosts. */
  get knownHostsPath(): string {
    return knownHostsPath(this.name);
  }

  /** The directory, on this machine, that the hosts see as /srv/vms. */
  get sharedDirectory(): string {
    return sharedPath(this.name);
  }

  get devices(): LabDevices {
    return {
      poisonPill: devicePath('sbd'),
      quorum: Object.fromEntries(this.hosts.map((host) => [host.name, devicePath(`qd-${host.name}`)])),
      withData: devicePath('data'),
      spare: devicePath('spare'),
    };
  }

  host(name: string): LabHost {
    const host = this.hosts.find((candidate) => candidate.name === name);
    if (host !== undefined) return host;
    throw new MinimeError({
      kind: 'not-found',
      message: `Lab ${this.name} has no host ${name}.`,
      remedy: `Its hosts are ${this.hosts.map((candidate) => candidate.name).join(', ')}.`,
    });
  }

  /** Runs a program in a host as root, not through SSH. Rejects with `unreachable` when the host is off. */
  async run(host: string, argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return await execIn(this.name, this.host(host).name, argv, options);
  }

  /** Like `run`, but returns standard output, and throws `tool-failed` unless the program exits with 0. */
  async exec(host: string, argv: readonly string[], options: CommandOptions = {}): Promise<string> {
    const result = await this.run(host, argv, options);
    if (result.exitCode !== 0) throw commandFailed(argv, result, host);
    return result.stdout;
  }

  async isPowered(host: string): Promise<boolean> {
    return await isPowered(this.name, this.host(host).name);
  }

  /** Cuts a host's power. */
  async kill(host: string): Promise<void> {
    this.host(host);
    await locked(this.name, silent, () => cutPower(this.name, host));
  }

  /** Switches a host on and waits until it answers SSH. */
  async boot(host: string): Promise<void> {
    await this.powerOn(host);
    await this.waitUntilUp(host);
  }

  /** Switches a host on; it has yet to boot. */
  async powerOn(host: string): Promise<void> {
    this.host(host);
    await this.#change(async (state) => {
      if (!(await isPowered(this.name, host))) await switchOn(state, host, this.#image);
    });
  }

  /** Waits until a host that is starting, or rebooting by itself, answers SSH. */
  async waitUntilUp(host: string): Promise<void> {
    await waitUntilUp(this.name, host, this.host(host).address);
  }

  /** How long a host takes, when it resets itself, until its system begins to boot: minutes on many a server, here nothing at first. */
  async setFirmwareTime(host: string, seconds: number): Promise<void> {
    await writeFile(`${hostDirectory(this.name, this.host(host).name)}/firmware-s`, `${seconds}\n`);
  }

  /** Separates these hosts from all others on every network; replaces an earlier partition. This machine reaches all. */
  async partition(hosts: readonly string[]): Promise<void> {
    for (const host of hosts) this.host(host);
    await this.#change(async (state) => {
      state.partition = [...hosts];
      await applyPartition(state);
    });
  }

  /** Ends a partition and plugs all cut cables in again. */
  async heal(): Promise<void> {
    await this.#change(async (state) => {
      const cut = state.cutLinks;
      state.partition = [];
      state.cutLinks = [];
      await applyPartition(state);
      for (const { host, link } of cut) await this.#applyCable(state, host, link, true);
    });
  }

  /** Pulls a network cable. Link 0 is management, 1 and 2 are the heartbeat links. */
  async cutLink(host: string, link: number): Promise<void> {
    await this.#setLink(host, link, false);
  }

  async mendLink(host: string, link: number): Promise<void> {
    await this.#setLink(host, link, true);
  }

  /** Breaks a shared disk on all hosts. `disk` is its short name: `qd-n1`, `sbd`, `spare`, … */
  async breakDisk(disk: string, trouble: DiskTrouble = 'unwritable'): Promise<void> {
    await this.#change((state) => breakDisk(state, disk, trouble));
  }

  async mendDisk(disk: string): Promise<void> {
    await this.#change((state) => mendDisk(state, disk));
  }

  async #setLink(host: string, link: number, up: boolean): Promise<void> {
    this.host(host);
    if (![0, 1, 2].includes(link)) {
      throw new MinimeError({
        kind: 'invalid-input',
        message: `A host has no link ${link}: link 0 is management, 1 and 2 are the heartbeat links.`,
      });
    }
    await this.#change(async (state) => {
      const others = state.cutLinks.filter((cut) => cut.host !== host || cut.link !== link);
      state.cutLinks = up ? others : [...others, { host, link }];
      await this.#applyCable(state, host, link, up);
    });
  }

  async #applyCable(state: LabState, host: string, link: number, up: boolean): Promise<void> {
    await writeCabling(state, host);
    if (await isPowered(this.name, host)) await setCable(state, host, link, up);
  }

  /** Adds a virtual machine to a host's libvirt; see `GuestOptions`. */
  async addVm(host: string, options: GuestOptions): Promise<void> {
    await this.guests.add(this.host(host).name, options);
  }

  async startVm(host: string, vm: string): Promise<void> {
    await this.guests.start(host, vm);
  }

  async stopVm(host: string, vm: string): Promise<void> {
    await this.guests.stop(host, vm);
  }

  /** Present faults: pulled cables and the hosts that are cut off. */
  async faults(): Promise<Pick<LabState, 'cutLinks' | 'partition'>> {
    const state = await readState(this.name);
    return { cutLinks: state?.cutLinks ?? [], partition: state?.partition ?? [] };
  }

  /** Changes the lab's state under its lock; the state is written only when `work` succeeded. */
  async #change(work: (state: LabState) => Promise<void>): Promise<void> {
    await locked(this.name, silent, async () => {
      const state = await readState(this.name);
      if (state === undefined) {
        throw new MinimeError({ kind: 'not-found', message: `Lab ${this.name} was brought down.` });
      }
      await work(state);
      await writeState(state);
    });
  }
}

function checkName(name: string): string {
  const parsed = labNameSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new MinimeError({
    kind: 'invalid-input',
    message: `"${name}" cannot name a lab: ${parsed.error.issues[0]?.message}.`,
  });
}

const locked = <T>(name: string, onProgress: (message: string) => void, work: () => Promise<T>): Promise<T> =>
  withLock(
    lockPath(name),
    () => onProgress(`Waiting for another process that is working on lab ${name}.`),
    work,
  );

async function describeHost(state: LabState, name: string): Promise<LabHost> {
  const { management, heartbeat } = hostAddresses(state.slot, name);
  return {
    name,
    address: management,
    heartbeatAddresses: heartbeat,
    sshPort: 22,
    hostKeyFingerprint: await hostKeyFingerprint(state.name, name),
  };
}
