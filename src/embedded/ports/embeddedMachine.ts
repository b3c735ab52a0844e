import type { CpuTicks, Machine, MachineIdentity, Mount } from '../../host/ports/machine.ts';
import type { WorldClock } from '../time/worldClock.ts';
import type { Boot } from '../world/boot.ts';
import { embeddedPlatform } from '../world/domains.ts';
import type { EmbeddedHost } from '../world/embeddedHost.ts';
import { cpuTime } from '../world/power.ts';

const ticksPerMs = 0.1;
/** A guest touches its memory by and by; until then the host counts it as free. */
const memoryShownAfterMs = 15_000;

/** The kernel of an embedded host. */
export class EmbeddedMachine implements Machine {
  readonly #clock: WorldClock;
  readonly #host: EmbeddedHost;
  readonly #boot: Boot;
  readonly #network: { address: string; prefixLength: number };

  constructor(
    clock: WorldClock,
    host: EmbeddedHost,
    boot: Boot,
    network: { address: string; prefixLength: number },
  ) {
    this.#network = network;
    this.#clock = clock;
    this.#host = host;
    this.#boot = boot;
  }

  async identity(): Promise<MachineIdentity> {
    const { name } = this.#host;
    return {
      hostname: name,
      machineId: `embedded-${name}`,
      distribution: { id: 'embedded', version: '1', prettyName: 'Embedded host' },
      kernel: 'embedded',
      bootedAt: this.#boot.at,
      bootId: this.#boot.id,
    };
  }

  async cpu(): Promise<CpuTicks & { cores: number }> {
    const { cores, load } = this.#host;
    const now = this.#clock.now();
    const running = [...this.#boot.instances.values()].reduce((sum, vm) => sum + cpuTime(vm, now), 0);
    const total = (now - this.#boot.at) * cores;
    const busy = Math.min(total, this.#boot.spent + running + load.used(this.#boot.at, now));
    return { busy: busy * ticksPerMs, total: total * ticksPerMs, cores };
  }

  async memory(): Promise<{ total: number; free: number }> {
    const { memory, ownMemory } = this.#host;
    const now = this.#clock.now();
    let free = memory - ownMemory;
    for (const vm of this.#boot.instances.values()) {
      if (vm.runningSince !== undefined && now - vm.runningSince >= memoryShownAfterMs) free -= vm.memory;
    }
    return { total: memory, free: Math.max(0, free) };
  }

  async mounts(): Promise<Mount[]> {
    return [];
  }

  async networkCards(): Promise<{ bridges: string[]; cards: string[] }> {
    return { bridges: [embeddedPlatform.bridge], cards: ['eth0'] };
  }

  async addresses(): Promise<{ card: string; address: string; prefixLength: number }[]> {
    return [{ card: 'eth0', ...this.#network }];
  }

  /** Nobody but the hosts themselves is in their network. */
  async answersAt(): Promise<boolean> {
    return false;
  }

  async clockSynchronised(): Promise<boolean> {
    return true;
  }
}
