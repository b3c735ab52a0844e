import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type HostConfig, hostConfigSchema, hostPaths } from '../../contract/manifest.ts';
import type { WorldClock } from '../time/worldClock.ts';
import type { Boot } from '../world/boot.ts';
import { sharedFolder } from '../world/sharedStorage.ts';
import { type Entry, FileTree, savedTreeSchema } from './fileTree.ts';
import { installedFromTheStart } from './packages.ts';

export const savedSystemSchema = z.object({
  packages: z.array(z.string()),
  enabled: z.array(z.string()),
  files: savedTreeSchema,
});
export type SavedSystem = z.infer<typeof savedSystemSchema>;

const folders = [
  ...['/dev', '/etc/default', '/etc/libvirt', '/etc/systemd/system', '/run/systemd/system', '/tmp'],
  ...['/usr/lib', '/usr/sbin', '/var/lib', '/var/log'],
];

/** Units that run from the boot on. */
const startedAtBoot = ['libvirtd.service', 'ssh.service'];

/** What deployment finds of Linux on a bare embedded host, and what it puts there: no more than it asks for. */
export class HostSystem {
  readonly packages = new Set(installedFromTheStart);
  /** Units that are started at boot. */
  readonly enabled = new Set(startedAtBoot);
  readonly #own: FileTree;
  readonly #shared: FileTree;
  /** Units that run, and since when in Unix milliseconds, by the boot they run in. */
  readonly #active = new WeakMap<Boot, Map<string, number>>();

  constructor(host: string, { clock, shared }: { clock: WorldClock; shared: FileTree }) {
    this.#shared = shared;
    this.#own = new FileTree(() => clock.now());
    for (const folder of folders) this.#own.makeFolder(folder);
    const release = [
      'PRETTY_NAME="Embedded host (what deployment needs of Debian 12)"',
      'ID=minime-embedded',
      'ID_LIKE=debian',
      'VERSION_ID="12"',
    ];
    this.#own.put('/etc/os-release', { bytes: Buffer.from(`${release.join('\n')}\n`) });
    const id = createHash('sha256').update(`machine ${host}`).digest('hex').slice(0, 32);
    this.#own.put('/etc/machine-id', { mode: 0o444, bytes: Buffer.from(`${id}\n`) });
    this.#own.put('/dev/watchdog', { kind: 'char', mode: 0o600 });
  }

  /** Where that path leads: to shared storage, or to what is this host's alone. */
  treeOf(path: string): FileTree {
    const isShared = path === sharedFolder || path.startsWith(`${sharedFolder}/`);
    return isShared || this.#shared.at(path)?.kind === 'block' ? this.#shared : this.#own;
  }

  at(path: string): Entry | undefined {
    return this.treeOf(path).at(path);
  }

  /** Of everything there is. */
  paths(): string[] {
    return [...this.#own.paths(), ...this.#shared.paths()];
  }

  /** The host has come up: units that are enabled run, and what was in memory is gone. */
  comeUp(boot: Boot): void {
    this.#active.set(boot, new Map([...this.enabled].map((unit) => [unit, boot.at])));
    this.#own.removeBelow('/run');
    this.#own.makeFolder('/run/systemd/system');
  }

  /** Running units with the time they were started at. */
  activeIn(boot: Boot): Map<string, number> {
    return this.#active.get(boot) ?? new Map();
  }

  /** What deployment told this host of its cluster; undefined: nothing yet. */
  config(): HostConfig | undefined {
    const text = this.at(hostPaths.hostConfig)?.bytes.toString('utf8');
    return text === undefined ? undefined : hostConfigSchema.parse(JSON.parse(text));
  }

  clusterKey(): Buffer | undefined {
    const text = this.at(hostPaths.clusterKey)?.bytes.toString('utf8').trim();
    return text === undefined ? undefined : Buffer.from(text, 'hex');
  }

  /** Another one after every change of what outlasts a boot. */
  get revision(): string {
    return [this.#own.changes, ...this.packages, ...this.enabled].join(' ');
  }

  capture(): SavedSystem {
    return { packages: [...this.packages], enabled: [...this.enabled], files: this.#own.capture() };
  }

  restore({ packages, enabled, files }: SavedSystem): void {
    this.packages.clear();
    for (const name of packages) this.packages.add(name);
    this.enabled.clear();
    for (const unit of enabled) this.enabled.add(unit);
    this.#own.restore(files);
  }
}
