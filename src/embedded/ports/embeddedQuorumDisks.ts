import { join } from 'node:path';
import type { HostConfig } from '../../contract/manifest.ts';
import type { Files } from '../../host/files.ts';
import type { MountedDisk, QuorumDisks } from '../../host/ports/quorumDisks.ts';
import * as diskErrors from '../../host/quorum-disk/diskErrors.ts';
import { checkOwner, proveWritable, takeIntoUse } from '../../host/quorum-disk/diskFiles.ts';
import { sleepOn, type WorldClock } from '../time/worldClock.ts';
import type { Timing } from '../timing.ts';
import type { Boot } from '../world/boot.ts';
import { quorumDiskBytes, type SharedDisk, usedBytes } from '../world/sharedStorage.ts';

export interface EmbeddedQuorumDisksOptions {
  clock: WorldClock;
  timing: Timing;
  /** The real ones. */
  files: Files;
  boot: Boot;
  /** What this program sees. */
  view: string;
  disks: ReadonlyMap<string, SharedDisk>;
  config: HostConfig;
  wasFencedSince: (host: string, since: number) => boolean;
}

/** Quorum disks as folders. Who may mount is decided as multi-mount protection and the engine decide it. */
export class EmbeddedQuorumDisks implements QuorumDisks {
  readonly #options: EmbeddedQuorumDisksOptions;

  constructor(options: EmbeddedQuorumDisksOptions) {
    this.#options = options;
  }

  folderOf(home: string): string {
    return join(this.#options.view, 'quorum', home);
  }

  async mounted(): Promise<MountedDisk[]> {
    return [...this.#options.boot.mounts].map((home) => ({
      home,
      folder: this.folderOf(home),
      source: this.#sourceOf(home),
      readOnly: this.#disk(home).fault === 'read-only',
    }));
  }

  async usage(home: string): Promise<{ size: number; used: number }> {
    const used = await usedBytes(this.#options.files, this.#disk(home));
    return { size: quorumDiskBytes, used: Math.min(used, quorumDiskBytes) };
  }

  async mount(home: string): Promise<void> {
    const { clock, timing, boot, config } = this.#options;
    const disk = this.#disk(home);
    const owner = { format: 1 as const, clusterId: config.clusterId, home };
    if (boot.mounts.has(home)) {
      await checkOwner(this.folderOf(home), owner);
      return;
    }
    if (disk.fault === 'unreadable') throw this.#unreadable(home, 'Input/output error');
    if (disk.fault === 'gone') throw this.#unreadable(home, 'No such file or directory');
    const before = disk.holder;
    await sleepOn(clock, this.#isGone(before) ? timing.mountMs : timing.mountWatchMs);
    if (boot.life.over) return;
    const other = disk.holder;
    if (other !== undefined && (other !== before || !other.life.over)) {
      throw diskErrors.inUse(
        home,
        this.#sourceOf(home),
        other.host,
        'Device is already active on another node.',
      );
    }
    disk.holder = boot;
    boot.mounts.add(home);
    const { nodeName } = config;
    const holder = { format: 1 as const, node: nodeName, mmpHostname: nodeName, mountedAt: clock.now() };
    try {
      await takeIntoUse(this.folderOf(home), owner, holder);
    } catch (error) {
      await this.unmount(home);
      throw error;
    }
  }

  async unmount(home: string): Promise<void> {
    const disk = this.#disk(home);
    if (!this.#options.boot.mounts.delete(home)) return;
    if (disk.holder === this.#options.boot) disk.holder = undefined;
  }

  async check(home: string): Promise<void> {
    if (!this.#options.boot.mounts.has(home)) throw diskErrors.notMounted(home);
    if (this.#disk(home).fault === 'read-only') throw diskErrors.readOnly(home);
    const { clusterId } = this.#options.config;
    await checkOwner(this.folderOf(home), { format: 1, clusterId, home });
    await proveWritable(this.folderOf(home));
  }

  /** Nobody can be writing to it: it was unmounted, its holder was fenced, or it was this host before it booted. */
  #isGone(holder: Boot | undefined): boolean {
    if (holder === undefined) return true;
    const { boot, wasFencedSince } = this.#options;
    return holder.life.over && (holder.host === boot.host || wasFencedSince(holder.host, holder.at));
  }

  #disk(home: string): SharedDisk {
    const disk = this.#options.disks.get(home);
    if (disk === undefined) throw diskErrors.notConfigured(home);
    return disk;
  }

  #sourceOf(home: string): string {
    return this.#options.config.quorumDisks.find((disk) => disk.home === home)?.source ?? '';
  }

  #unreadable(home: string, reason: string): Error {
    return diskErrors.unreadable(home, this.#sourceOf(home), reason);
  }
}
