import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { HostConfig } from '../contract/manifest.ts';
import { type Files, routeFiles } from '../host/files.ts';
import type { ClusterDescription } from './description.ts';
import { EmbeddedEngine } from './engine/embeddedEngine.ts';
import { type DiskWritten, HostFiles } from './files/hostFiles.ts';
import { WorldFolders } from './files/worldFolders.ts';
import { clusterIdOf, hostConfig } from './hostConfig.ts';
import { hostProgram } from './hostProgram.ts';
import { BareHosts } from './linux/bareHosts.ts';
import { HostServices } from './services/hostServices.ts';
import type { Program } from './services/service.ts';
import { sleepOn, type WorldClock } from './time/worldClock.ts';
import type { Timing } from './timing.ts';
import { Boot } from './world/boot.ts';
import { describedHost, describedVm } from './world/described.ts';
import type { EmbeddedHost } from './world/embeddedHost.ts';
import { Guests } from './world/guests.ts';
import { linkCount, Network } from './world/network.ts';
import { Power } from './world/power.ts';
import { newDisk, type SharedDisk } from './world/sharedStorage.ts';

export interface EmbeddedClusterOptions {
  description: ClusterDescription;
  clock: WorldClock;
  timing: Timing;
  /** Where its files are, and in which folder. */
  files: Files;
  folder: string;
  version: string;
  /** What happens in the world, a line each; `at` in milliseconds since it was made. */
  onEvent: (event: WorldEvent) => void;
  /** What its programs log. */
  onLog: (entry: LogEntry) => void;
  onDiskWritten?: DiskWritten;
  /** A host has come up. */
  onBooted?: (boot: Boot) => void;
  /** Something in the world is different; may be called often. */
  onChange?: () => void;
}

export interface WorldEvent {
  at: number;
  /** Empty: of the cluster. */
  host: string;
  text: string;
}

export interface LogEntry {
  host: string;
  level: 'info' | 'warn' | 'error';
  fields: object;
  message: string;
}

/** Several hosts in one process, on which the host program runs as on real ones. */
export class EmbeddedCluster {
  readonly options: EmbeddedClusterOptions;
  readonly hosts = new Map<string, EmbeddedHost>();
  readonly disks = new Map<string, SharedDisk>();
  readonly network = new Network();
  readonly guests = new Guests();
  readonly engine: EmbeddedEngine;
  readonly hostFiles: HostFiles;
  readonly folders: WorldFolders;
  /** What its hosts are where they come without high availability. */
  readonly bare: BareHosts | undefined;
  readonly #clusterKey: Buffer;
  readonly #powers = new Map<Boot, Power>();
  readonly #services = new Map<Boot, HostServices>();
  readonly #route: { stop(): void };
  #programs = 0;

  constructor(options: EmbeddedClusterOptions) {
    this.options = options;
    const { description, clock, timing, files, folder } = options;
    this.#clusterKey = createHash('sha256').update(`embedded ${description.name}`).digest();
    for (const described of description.hosts) {
      const host = describedHost(described, description.seed);
      this.hosts.set(host.name, host);
      this.disks.set(host.name, newDisk(folder, host.name));
    }
    for (const described of description.vms) {
      const { guest, domain } = describedVm(described, description.seed);
      this.guests.add(guest);
      this.host(described.host).domains.set(guest.uuid, domain);
    }
    this.bare = description.bare ? new BareHosts([...this.hosts.keys()], clock) : undefined;
    this.folders = new WorldFolders(files, folder);
    this.hostFiles = new HostFiles({
      files,
      viewRoot: join(folder, 'programs'),
      hostsFolder: join(folder, 'hosts'),
      disks: this.disks,
      onDiskWritten: (...written) => options.onDiskWritten?.(...written),
    });
    this.#route = routeFiles(join(folder, 'programs'), this.hostFiles);
    this.engine = new EmbeddedEngine({
      clock,
      timing,
      hosts: [...this.hosts.keys()],
      connected: (a, b) => this.network.connected(a, b),
      linkUp: (link, a, b) => this.network.linkUp(link, a, b),
      links: linkCount,
      configured: () => this.bare?.configured ?? true,
      fencingWorks: (host) => this.host(host).fencing === 'works',
      reset: (host) => this.reset(host),
      tell: (text) => this.tell('', text),
      resources: {
        mount: (boot, home) => this.program(boot).host.quorumDisks.mount(home),
        check: (boot, home) => this.program(boot).host.quorumDisks.check(home),
        unmount: (boot, home) => this.program(boot).host.quorumDisks.unmount(home),
        startAgent: (boot, home) => this.#servicesOf(boot).startAgent(home),
        stopAgent: (boot, home) => this.#servicesOf(boot).stopAgent(home),
      },
    });
  }

  /** Its folders. To be awaited once, before anything else. */
  async prepare(): Promise<void> {
    await this.folders.prepare(this.hosts.keys(), this.disks.values());
  }

  /** Nothing of it goes on; its files stay. */
  close(): void {
    for (const { boot } of this.hosts.values()) boot?.life.end();
    this.#route.stop();
  }

  host(name: string): EmbeddedHost {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(`no host is called ${name}`);
    return host;
  }

  /** Does nothing if it is on. */
  powerOn(name: string): void {
    const { clock, timing, files, folder } = this.options;
    const host = this.host(name);
    host.plugged = true;
    if (host.boot?.life.over === false) return;
    const boot = new Boot(name, ++host.boots, clock.now());
    host.boot = boot;
    this.tell(name, 'is switched on');
    clock.after(timing.bootMs, () => {
      if (boot.life.over) return;
      void files.mkdir(join(folder, 'hosts', name, 'run', boot.id), { recursive: true });
      this.bare?.system(name).comeUp(boot);
      if (this.bare?.startsEngine(name) ?? true) this.startEngine(boot);
      boot.booted = true;
      this.options.onBooted?.(boot);
      this.options.onChange?.();
      for (const domain of host.domains.values()) {
        if (domain.autostart)
          void this.program(boot)
            .host.hypervisor.start(domain.uuid)
            .catch(() => undefined);
      }
    });
  }

  /** The engine of this host comes up, and with it what of Minime does its work there. */
  startEngine(boot: Boot): void {
    if (boot.engineUp) return;
    if (!this.#services.has(boot)) this.#services.set(boot, this.#newServices(boot));
    this.engine.join(boot);
  }

  /** In good order: what of Minime does its work there ends with it. */
  async stopEngine(boot: Boot): Promise<void> {
    if (!boot.engineUp) return;
    await this.engine.leave(boot);
    this.#services.get(boot)?.end();
    this.#services.delete(boot);
  }

  /** Its power is cut. It stays off until it is switched on. */
  kill(name: string): void {
    this.host(name).plugged = false;
    this.#die(name, 'loses its power');
  }

  get id(): string {
    const [first = ''] = this.hosts.keys();
    const deployed = this.bare?.system(first).config();
    return deployed?.clusterId ?? clusterIdOf(this.options.description.name);
  }

  /** What the host program of this host is told of its cluster. */
  configOf(host: string): HostConfig {
    const deployed = this.bare?.system(host).config();
    return deployed ?? hostConfig(this.options.description.name, [...this.hosts.keys()], host);
  }

  clusterKeyOf(host: string): Buffer {
    return this.bare?.system(host).clusterKey() ?? this.#clusterKey;
  }

  /** In good order: the host program sees to the VMs, guests that are left shut down, the engine says goodbye. */
  async shutDown(name: string): Promise<void> {
    const { clock, timing } = this.options;
    const { boot } = this.host(name);
    if (boot === undefined) return;
    this.tell(name, 'begins to shut down');
    await this.#services.get(boot)?.shutDown();
    const power = this.powerOf(boot);
    for (const uuid of boot.instances.keys()) power.shutdown(uuid);
    if (boot.instances.size > 0) await sleepOn(clock, timing.guestShutdownMs + 1);
    if (boot.engineUp) await this.engine.leave(boot);
    if (boot.life.over) return;
    this.host(name).plugged = false;
    this.#die(name, 'is off');
  }

  /** Whatever it did, it boots anew. */
  reset(name: string): void {
    if (this.host(name).boot === undefined) return;
    this.#die(name, 'is reset');
    if (this.host(name).plugged) this.powerOn(name);
  }

  /** Its kernel stands still: nobody hears of it again until it is fenced, which boots it. */
  crash(name: string): void {
    this.#die(name, 'crashes');
    // Not off: whoever resets it has it come up again.
    this.host(name).boot = deadBoot(this.host(name), this.options.clock.now());
  }

  /** A program on a host, with a life and a view of its own. */
  program(boot: Boot): Program {
    return hostProgram(this, boot, `${boot.id}-${++this.#programs}`);
  }

  powerOf(boot: Boot): Power {
    const { clock, timing } = this.options;
    let power = this.#powers.get(boot);
    if (power === undefined) {
      power = new Power({
        clock,
        timing,
        guests: this.guests,
        host: this.host(boot.host),
        boot,
        tell: (text) => this.tell(boot.host, text),
        onChange: () => this.vmsChanged(boot),
      });
      this.#powers.set(boot, power);
    }
    return power;
  }

  /** To whoever follows the hypervisor of this host. */
  vmsChanged(boot: Boot): void {
    for (const listener of [...boot.hypervisorListeners]) listener({ kind: 'changed' });
    this.#services.get(boot)?.vmsChanged();
    this.options.onChange?.();
  }

  /** Whether a message from one host gets to another now. */
  reaches(from: Boot, to: string): boolean {
    const { boot } = this.host(to);
    if (boot === undefined || from.life.over) return false;
    return boot.engineUp && this.network.connected(from.host, to);
  }

  servicesOf(name: string): HostServices | undefined {
    const { boot } = this.host(name);
    return boot === undefined ? undefined : this.#services.get(boot);
  }

  tell(host: string, text: string): void {
    this.options.onEvent({ at: this.options.clock.elapsed(), host, text });
    this.options.onChange?.();
  }

  #die(name: string, how: string): void {
    const host = this.host(name);
    const { boot } = host;
    if (boot === undefined) return;
    this.tell(name, how);
    const power = this.powerOf(boot);
    for (const instance of [...boot.instances.values()]) power.drop(instance);
    this.#services.get(boot)?.end();
    this.#services.delete(boot);
    this.#powers.delete(boot);
    host.boot = undefined;
    boot.life.end();
  }

  #servicesOf(boot: Boot): HostServices {
    const services = this.#services.get(boot);
    if (services === undefined) throw new Error(`${boot.id} has no services`);
    return services;
  }

  #newServices(boot: Boot): HostServices {
    const { clock } = this.options;
    return new HostServices({
      clock,
      boot,
      begin: () => this.program(boot),
      tell: (text) => this.tell(boot.host, text),
    });
  }
}

function deadBoot(host: EmbeddedHost, now: number): Boot {
  const boot = new Boot(host.name, ++host.boots, now);
  boot.life.end();
  return boot;
}
