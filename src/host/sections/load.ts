import { MinimeError } from '../../contract/errors.ts';
import type { LoadSection } from '../../contract/hostState.ts';
import type { Host } from '../host.ts';
import { cpuPercent, round } from '../machine/proc.ts';
import type { VmUsage } from '../ports/hypervisor.ts';
import type { CpuTicks } from '../ports/machine.ts';

/** How long the first reading waits for something to compare with. */
const firstIntervalMs = 250;

interface Sample {
  cpu: CpuTicks & { cores: number };
  /** By uuid. */
  vms: ReadonlyMap<string, VmUsage>;
  /** Milliseconds on a clock that nobody sets. */
  at: number;
}

/** Use of CPU is a difference between two readings, so the last one is kept. */
export class LoadReader {
  readonly #host: Host;
  #last: Sample | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  async read(): Promise<LoadSection> {
    if (this.#last === undefined) {
      this.#last = await this.#sample();
      await this.#host.clock.sleep(firstIntervalMs);
    }
    const before = this.#last;
    const now = await this.#sample();
    this.#last = now;
    const memory = await this.#host.machine.memory();
    return {
      cores: now.cpu.cores,
      cpuPercent: cpuPercent(before.cpu, now.cpu),
      memoryTotal: memory.total,
      memoryFree: memory.free,
      vms: Object.fromEntries(
        [...now.vms.values()].map((vm) => [
          vm.uuid,
          { cpuPercent: vmPercent(before, now, vm), memoryUsed: vm.memoryUsed },
        ]),
      ),
    };
  }

  async #sample(): Promise<Sample> {
    const [cpu, usage] = await Promise.all([this.#host.machine.cpu(), this.#usage()]);
    return { cpu, vms: new Map(usage.map((vm) => [vm.uuid, vm])), at: this.#host.clock.elapsed() };
  }

  /** Without a hypervisor the host still has a load. */
  async #usage(): Promise<VmUsage[]> {
    try {
      return await this.#host.hypervisor.usage();
    } catch (error) {
      if (error instanceof MinimeError) return [];
      throw error;
    }
  }
}

/** Of one core. A VM that was started again begins to count at zero. */
function vmPercent(before: Sample, now: Sample, vm: VmUsage): number {
  const earlier = before.vms.get(vm.uuid);
  const elapsedNs = (now.at - before.at) * 1e6;
  if (earlier === undefined || elapsedNs <= 0) return 0;
  return round(Math.max(0, ((vm.cpuTimeNs - earlier.cpuTimeNs) / elapsedNs) * 100));
}
