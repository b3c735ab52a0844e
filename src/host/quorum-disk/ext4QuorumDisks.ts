import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostConfig } from '../../contract/manifest.ts';
import type { Machine, Mount } from '../ports/machine.ts';
import type { MountedDisk, QuorumDisks } from '../ports/quorumDisks.ts';
import type { Runner } from '../ports/runner.ts';
import { within } from '../within.ts';
import * as diskErrors from './diskErrors.ts';
import { checkOwner, proveWritable, takeIntoUse } from './diskFiles.ts';
import { parseHolder } from './holder.ts';
import { LoopDevices } from './loopDevices.ts';
import type { Owner } from './owner.ts';
import { decideMmp, diskLabel, type MmpBlock, parseDumpe2fs, type Superblock } from './superblock.ts';

/** Multi-mount protection alone watches a disk for 11 s and more. */
const mountTimeoutMs = 60_000;
const toolTimeoutMs = 15_000;
const answerTimeoutMs = 5_000;
const unmountTries = 20;
const unmountRetryMs = 500;

export interface Ext4QuorumDisksOptions {
  runner: Runner;
  machine: Machine;
  config: () => Promise<HostConfig | undefined>;
  /** Folder with one mount point per home host. */
  folder: string;
  /** Whether this host of the cluster is no member now and was fenced at or after `since`. */
  wasFencedSince: (node: string, since: number) => Promise<boolean>;
  /** Unix milliseconds. */
  now: () => number;
  log: (message: string) => void;
}

type ConfiguredDisk = HostConfig['quorumDisks'][number];

/** Quorum disks as ext4 file systems on shared devices, or in image files on shared storage. */
export class Ext4QuorumDisks implements QuorumDisks {
  readonly #options: Ext4QuorumDisksOptions;
  readonly #loops: LoopDevices;

  constructor(options: Ext4QuorumDisksOptions) {
    this.#options = options;
    this.#loops = new LoopDevices(options.runner);
  }

  folderOf(home: string): string {
    return join(this.#options.folder, home);
  }

  async mounted(): Promise<MountedDisk[]> {
    const prefix = `${this.#options.folder}/`;
    const mounts = (await this.#options.machine.mounts()).filter(({ folder }) => folder.startsWith(prefix));
    // Of several on one folder the last one covers the others.
    const byFolder = new Map(mounts.map((mount) => [mount.folder, mount]));
    return [...byFolder.values()].map(({ folder, source, readOnly }) => ({
      home: folder.slice(prefix.length),
      folder,
      source,
      readOnly,
    }));
  }

  async usage(home: string): Promise<{ size: number; used: number }> {
    const { blocks, bsize, bavail } = await statfs(this.folderOf(home));
    return { size: blocks * bsize, used: (blocks - bavail) * bsize };
  }

  async mount(home: string): Promise<void> {
    const { disk, owner, self } = await this.#configured(home);
    if ((await this.#mountAt(this.folderOf(home))) !== undefined) {
      await checkOwner(this.folderOf(home), owner);
      return;
    }
    const isNew = await this.#mountOnce(disk, owner, self);
    if (!isNew) return;
    // What a first mount made is where `debugfs` finds it only once the journal has been written back.
    await this.unmount(home);
    await this.#mountOnce(disk, owner, self);
  }

  async unmount(home: string): Promise<void> {
    const folder = this.folderOf(home);
    for (let tries = 1; (await this.#mountAt(folder)) !== undefined; tries++) {
      const result = await this.#options.runner.run(['umount', folder], { timeoutMs: toolTimeoutMs });
      if (result.code === 0) continue;
      // Only vmcl works here, and never for long; a shell of the admin's may stand in the folder.
      if (tries >= unmountTries) throw diskErrors.unmountFailed(home, result.stderr);
      await sleep(unmountRetryMs);
    }
    const { disk } = await this.#configured(home);
    if (disk.kind === 'image') await this.#loops.detach(disk.source);
  }

  async check(home: string): Promise<void> {
    const folder = this.folderOf(home);
    const mount = await this.#mountAt(folder);
    if (mount === undefined) throw diskErrors.notMounted(home);
    if (mount.readOnly) throw diskErrors.readOnly(home);
    const { owner } = await this.#configured(home);
    const look = async (): Promise<void> => {
      await checkOwner(folder, owner);
      await proveWritable(folder);
    };
    await within(look(), answerTimeoutMs, `The quorum disk of ${home} does not answer.`);
  }

  async #mountAt(folder: string): Promise<Mount | undefined> {
    return (await this.#options.machine.mounts()).findLast((mount) => mount.folder === folder);
  }

  async #configured(home: string): Promise<{ disk: ConfiguredDisk; owner: Owner; self: string }> {
    const config = await this.#options.config();
    const disk = config?.quorumDisks.find((candidate) => candidate.home === home);
    if (config === undefined || disk === undefined) throw diskErrors.notConfigured(home);
    return { disk, owner: { format: 1, clusterId: config.clusterId, home }, self: config.nodeName };
  }

  /** True if the disk was never in use before. */
  async #mountOnce(disk: ConfiguredDisk, owner: Owner, self: string): Promise<boolean> {
    const { home } = disk;
    const device = disk.kind === 'image' ? await this.#loops.attach(disk.source) : disk.source;
    try {
      await this.#mountDevice(device, home, self);
    } catch (error) {
      if (disk.kind === 'image') await this.#loops.detach(disk.source);
      throw error;
    }
    try {
      // As the kernel names this host, which need not be what this host calls itself.
      const mmpHostname = (await this.#superblock(device, home)).mmp?.hostname ?? '';
      const holder = { format: 1 as const, node: self, mmpHostname, mountedAt: this.#options.now() };
      return await takeIntoUse(this.folderOf(home), owner, holder);
    } catch (error) {
      await this.unmount(home);
      throw error;
    }
  }

  async #mountDevice(device: string, home: string, self: string): Promise<void> {
    const { runner, log } = this.#options;
    const folder = this.folderOf(home);
    const { label, needsCheck, mmp } = await this.#superblock(device, home);
    if (label !== diskLabel) throw diskErrors.notAQuorumDisk(home, device, label);
    const holder = await this.#holder(device, mmp);
    const decision = await this.#decide(mmp, holder, self);
    log(
      `quorum disk of ${home}: ${mmp?.state ?? 'unprotected'}, last held by ${holder ?? 'nobody known'}: ${decision}`,
    );
    if (decision === 'clear') {
      await runner.must(['tune2fs', '-f', '-E', 'clear_mmp', device], { timeoutMs: toolTimeoutMs });
    }
    if (needsCheck) await this.#repair(device, home);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const options = 'nodev,nosuid,noexec,noatime,errors=remount-ro';
    const argv = ['mount', '-t', 'ext4', '-o', options, device, folder];
    const result = await runner.run(argv, { timeoutMs: mountTimeoutMs });
    if (result.code === 0) return;
    throw decision === 'watch'
      ? diskErrors.inUse(home, device, holder ?? mmp?.hostname ?? 'another host', result.stderr)
      : diskErrors.mountFailed(home, device, result.stderr);
  }

  async #superblock(device: string, home: string): Promise<Superblock> {
    const result = await this.#options.runner.run(['dumpe2fs', '-h', device], { timeoutMs: toolTimeoutMs });
    if (result.code !== 0) throw diskErrors.unreadable(home, device, result.stderr);
    return parseDumpe2fs(result.stdout);
  }

  /** Undefined if nobody can be sure. */
  async #holder(device: string, mmp: MmpBlock | undefined): Promise<string | undefined> {
    const argv = ['debugfs', '-R', 'cat /holder', device];
    const result = await this.#options.runner.run(argv, { timeoutMs: toolTimeoutMs });
    return result.code === 0 ? parseHolder(result.stdout, mmp)?.node : undefined;
  }

  async #decide(
    mmp: MmpBlock | undefined,
    holder: string | undefined,
    self: string,
  ): Promise<ReturnType<typeof decideMmp>> {
    const { bootedAt } = await this.#options.machine.identity();
    const doubtful = mmp !== undefined && mmp.state !== 'clean' && holder !== undefined && holder !== self;
    const holderFenced = doubtful && (await this.#options.wasFencedSince(holder, mmp.updatedAt));
    return decideMmp(mmp, { holder, self, bootedAt, holderFenced });
  }

  async #repair(device: string, home: string): Promise<void> {
    const result = await this.#options.runner.run(['e2fsck', '-p', device], { timeoutMs: mountTimeoutMs });
    // 0: fine; 1: errors corrected. Source: e2fsck(8).
    if (result.code > 1) throw diskErrors.damaged(home, device, result.stdout);
  }
}
