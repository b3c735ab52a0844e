import { MinimeError } from '../../contract/errors.ts';
import type {
  Hypervisor,
  HypervisorEvent,
  HypervisorFacts,
  MigrationOptions,
  VmContent,
  VmRecord,
  VmUsage,
} from '../../host/ports/hypervisor.ts';
import type { Watch } from '../../host/ports/watch.ts';
import type { WorldClock } from '../time/worldClock.ts';
import type { Boot } from '../world/boot.ts';
import { type Domain, domainOf, embeddedPlatform } from '../world/domains.ts';
import type { EmbeddedHost } from '../world/embeddedHost.ts';
import { cpuTime, type Power } from '../world/power.ts';

export interface EmbeddedHypervisorOptions {
  clock: WorldClock;
  host: EmbeddedHost;
  boot: Boot;
  power: Power;
  migrate: (uuid: string, target: string, options: MigrationOptions) => Promise<void>;
  /** Something about the VMs of this host is different. */
  onChange: () => void;
}

/** The hypervisor of an embedded host. Its definitions are real libvirt domains, its VMs guests that count. */
export class EmbeddedHypervisor implements Hypervisor {
  readonly kind = 'embedded';
  readonly #options: EmbeddedHypervisorOptions;

  constructor(options: EmbeddedHypervisorOptions) {
    this.#options = options;
  }

  async version(): Promise<string> {
    this.#mustAnswer();
    return 'embedded 1';
  }

  async vms(): Promise<VmRecord[]> {
    this.#mustAnswer();
    return [...this.#options.host.domains.values()]
      .map((domain) => this.#record(domain))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async content(uuid: string): Promise<VmContent> {
    return this.#domain(uuid).content;
  }

  async usage(): Promise<VmUsage[]> {
    this.#mustAnswer();
    const now = this.#options.clock.now();
    return [...this.#options.boot.instances.values()].map((vm) => ({
      uuid: vm.uuid,
      cpuTimeNs: cpuTime(vm, now) * 1e6,
      memoryUsed: vm.memory,
    }));
  }

  async facts(): Promise<HypervisorFacts> {
    this.#mustAnswer();
    const { arch, machine } = embeddedPlatform;
    return { arch, cpuModel: 'embedded', acceleration: true, machines: [machine], networks: [] };
  }

  async hasHiddenDefinition(): Promise<boolean> {
    return false;
  }

  async define(uuid: string, content: VmContent): Promise<void> {
    this.#mustAnswer();
    const { domains, name } = this.#options.host;
    const domain = domainOf(content);
    if (domain.uuid !== uuid) {
      throw new MinimeError({
        kind: 'invalid-input',
        message: `The definition is of another VM (${domain.uuid}).`,
        host: name,
      });
    }
    const rival = [...domains.values()].find((other) => other.name === domain.name && other.uuid !== uuid);
    if (rival !== undefined) {
      throw new MinimeError({
        kind: 'conflict',
        message: `Another VM is called ${domain.name} on ${name}.`,
        host: name,
        remedy: 'Rename one of them.',
      });
    }
    domains.set(uuid, domain);
    this.#options.onChange();
  }

  async obstacles(uuid: string, content: VmContent): Promise<string[]> {
    this.#mustAnswer();
    const { name } = domainOf(content);
    const { domains, startFaults } = this.#options.host;
    const taken = [...domains.values()].some((other) => other.name === name && other.uuid !== uuid);
    return [
      ...(taken ? [`Another VM is called ${name} here.`] : []),
      // As a missing bridge or an unknown machine type would.
      ...(startFaults.get(name)?.kind === 'fails' ? [`${name} cannot be started here.`] : []),
    ];
  }

  async undefine(uuid: string): Promise<void> {
    this.#mustAnswer();
    const { host, boot } = this.#options;
    if (boot.instances.has(uuid)) throw this.#failed(`VM ${uuid} runs: it is not undefined.`);
    if (host.domains.delete(uuid)) this.#options.onChange();
  }

  async start(uuid: string, signal?: AbortSignal): Promise<void> {
    const { spec, name } = this.#domain(uuid);
    const disk = spec.disks[0]?.source;
    if (disk?.kind !== 'file') throw this.#failed(`${name} has no disk.`);
    const wanted = { uuid, name, memory: spec.memory, vcpus: spec.vcpus, disk: disk.path };
    await this.#options.power.start(wanted, signal);
  }

  async destroy(uuid: string): Promise<void> {
    this.#mustAnswer();
    await this.#options.power.off(uuid);
  }

  async shutdown(uuid: string): Promise<void> {
    this.#domain(uuid);
    this.#options.power.shutdown(uuid);
  }

  async setAutostart(uuid: string, on: boolean): Promise<void> {
    const domain = this.#domain(uuid);
    if (domain.autostart === on) return;
    domain.autostart = on;
    this.#options.onChange();
  }

  async agentAnswers(uuid: string): Promise<boolean | null> {
    this.#mustAnswer();
    const vm = this.#options.boot.instances.get(uuid);
    if (vm === undefined) throw this.#failed(`VM ${uuid} does not run.`);
    const { agentAfterMs } = vm.guest;
    if (agentAfterMs === null) return null;
    return vm.runningSince !== undefined && this.#options.clock.now() - vm.runningSince >= agentAfterMs;
  }

  async processes(): Promise<string[]> {
    return [...this.#options.boot.instances.keys()].sort();
  }

  async migrate(uuid: string, target: string, options: MigrationOptions = {}): Promise<void> {
    this.#domain(uuid);
    await this.#options.migrate(uuid, target, options);
  }

  watch(listener: (event: HypervisorEvent) => void): Watch {
    const { hypervisorListeners } = this.#options.boot;
    hypervisorListeners.add(listener);
    return { stop: () => void hypervisorListeners.delete(listener) };
  }

  #record({ uuid, name, spec, hash, autostart }: Domain): VmRecord {
    const instance = this.#options.boot.instances.get(uuid);
    // As libvirt shows one whose QEMU has not told yet that it runs.
    const state = instance === undefined ? 'shut-off' : instance.state === 'running' ? 'running' : 'paused';
    return { uuid, name, state, persistent: true, autostart, spec, definitionHash: hash };
  }

  #domain(uuid: string): Domain {
    this.#mustAnswer();
    const domain = this.#options.host.domains.get(uuid);
    if (domain === undefined) throw this.#failed(`There is no VM ${uuid} on ${this.#options.host.name}.`);
    return domain;
  }

  #mustAnswer(): void {
    const { hypervisorAnswers, name } = this.#options.host;
    if (hypervisorAnswers) return;
    throw new MinimeError({
      kind: 'unreachable',
      message: `The hypervisor of ${name} does not answer.`,
      host: name,
    });
  }

  #failed(message: string): MinimeError {
    return new MinimeError({ kind: 'tool-failed', message, host: this.#options.host.name });
  }
}
