import * as nodeFiles from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../host/host.ts';
import { readPolicy, setPolicy } from '../../host/policy/policy.ts';
import { sync } from '../../host/sync/sync.ts';
import { uuidOf } from '../description.ts';
import { EmbeddedCluster } from '../embeddedCluster.ts';
import { type SavedBareHosts, savedBareHostsSchema } from '../linux/bareHosts.ts';
import { sleepOn, type WorldClock } from '../time/worldClock.ts';
import type { Timing } from '../timing.ts';
import type { Boot } from '../world/boot.ts';
import { GuestDisks } from '../world/guestDisks.ts';
import { policyOf, type SiteDesign } from './design.ts';
import { SavedFile } from './savedFile.ts';
import { Tampering } from './tampering.ts';
import { captureWorld, restoreWorld, type WorldState, worldStateSchema } from './worldState.ts';

export interface RigOptions {
  design: SiteDesign['clusters'][number];
  folder: string;
  clock: WorldClock;
  timing: Timing;
  version: string;
  log: (fields: object, message: string) => void;
  onBooted: (boot: Boot) => void;
  onChange: () => void;
}

const lookAgainMs = 100;
const tryAgainMs = 1_000;

/** One embedded cluster with everything of it that is on the machine's disk. */
export class Rig {
  readonly cluster: EmbeddedCluster;
  readonly tampering: Tampering;
  readonly #options: RigOptions;
  readonly #disks: GuestDisks;
  #begun = false;
  readonly #setUp = new Set<string>();
  readonly #saved: SavedFile<WorldState>;
  readonly #savedBare: SavedFile<SavedBareHosts>;
  #savedRevision = '';

  constructor(options: RigOptions) {
    const { design, folder, clock, timing, version, log, onChange } = options;
    this.#options = options;
    this.#saved = new SavedFile(join(folder, 'world.json'), worldStateSchema);
    this.#savedBare = new SavedFile(join(folder, 'systems.json'), savedBareHostsSchema);
    this.cluster = new EmbeddedCluster({
      description: design.description,
      clock,
      timing,
      files: nodeFiles,
      folder,
      version,
      onEvent: ({ host, text }) => log({ host, at: clock.now() }, text),
      onLog: ({ host, level, fields, message }) => log({ host, level, ...fields }, message),
      onBooted: (boot) => this.#booted(boot),
      onChange,
    });
    this.tampering = new Tampering(this.cluster);
    this.#disks = new GuestDisks({
      clock,
      guests: this.cluster.guests,
      pathOf: ({ name }) => join(folder, 'images', `${name}.img`),
      onFailure: ({ name }, error) => log({ vm: name, error }, 'a guest cannot write to its disk'),
    });
  }

  /** Switches on what was on, or everything the first time. */
  async start(): Promise<void> {
    const { cluster } = this;
    const kept = await this.#saved.read();
    await cluster.prepare();
    for (const host of cluster.hosts.keys()) {
      await nodeFiles.rm(join(this.#options.folder, 'hosts', host, 'run'), { recursive: true, force: true });
    }
    await this.#disks.prepare();
    if (kept !== undefined) restoreWorld(cluster, kept);
    const systems = await this.#savedBare.read();
    if (systems !== undefined) cluster.bare?.restore(systems);
    this.#begun = kept?.begun ?? false;
    for (const host of cluster.hosts.values()) if (host.plugged) cluster.powerOn(host.name);
    this.#disks.start();
  }

  /** Writes down how it is now. */
  async save(): Promise<void> {
    await Promise.all([this.#saved.write(captureWorld(this.cluster, this.#begun)), this.#saveBare()]);
  }

  /** Host programs are large: nothing is put into words that was before. */
  async #saveBare(): Promise<void> {
    const { bare } = this.cluster;
    if (bare === undefined || bare.revision === this.#savedRevision) return;
    const { revision } = bare;
    await this.#savedBare.write(bare.capture());
    this.#savedRevision = revision;
  }

  /** Nothing of it goes on. What ran then runs again after the next start. */
  async stop(): Promise<void> {
    const saved = this.save();
    this.cluster.close();
    await this.#disks.stop();
    await saved;
  }

  /** Whether it was set up to its end, so that nothing of it is lost if a host dies. */
  get begun(): boolean {
    return this.#begun;
  }

  #booted(boot: Boot): void {
    this.#options.onBooted(boot);
    if (!this.#begun) void this.#begin(boot);
  }

  /** The first time, VMs are started as by their owner's hand, and the cluster gets its policy. */
  async #begin(boot: Boot): Promise<void> {
    const { clock, log, onChange } = this.#options;
    for (let done = false; !done && !boot.life.over; ) {
      const { host, life } = this.cluster.program(boot);
      try {
        await this.#setUpHost(host, boot);
        done = true;
      } catch (error) {
        // The machine is busy with something else, and for a sped-up cluster that lasts very long.
        log(
          { level: 'warn', host: boot.host, error },
          'the host was not set up completely; it is tried again',
        );
        await sleepOn(clock, tryAgainMs);
      } finally {
        life.end();
      }
    }
    if (boot.life.over) return;
    this.#setUp.add(boot.host);
    this.#begun = this.#setUp.size === this.cluster.hosts.size;
    onChange();
  }

  async #setUpHost(host: Host, boot: Boot): Promise<void> {
    const { design } = this.#options;
    const starts = design.description.vms
      .filter((vm) => vm.host === boot.host && vm.running)
      .map((vm) => host.hypervisor.start(uuidOf(vm.name)));
    // Whoever deploys high availability sets the policy, and Minime does the rest from then on.
    if (design.description.bare) {
      await Promise.all(starts);
      return;
    }
    const { groups } = this.cluster.engine;
    while (groups.placement(boot.host)?.state !== 'started') await host.clock.sleep(lookAgainMs);
    await Promise.all(starts);
    const isFirst = boot.host === design.description.hosts[0]?.name;
    if (isFirst && (await readPolicy(host)) === null) await setPolicy(host, policyOf(design), 'Minime');
    await sync(host);
  }
}
