import type { Arrangement } from './arrangement.ts';
import { cpuUnits } from './figures.ts';
import type { Problem } from './problem.ts';

/** Differences below this are rounding: the figures are sums of shares, of the order of 1. */
const EQUAL = 1e-9;

/**
 * How evenly a plan loads the hosts. Of two plans that run the same VMs the better one has the lower peak, or at an
 * equal peak the lower spread.
 */
export interface Evenness {
  /** The largest share of memory or of CPU in use on any host. */
  peak: number;
  /** Sum over all hosts of the squares of both shares: the lower, the evener. */
  spread: number;
}

/** Below 0: a is better; 0: they are equal. */
export function compareEvenness(a: Evenness, b: Evenness): number {
  if (Math.abs(a.peak - b.peak) > EQUAL) return a.peak - b.peak;
  return Math.abs(a.spread - b.spread) > EQUAL ? a.spread - b.spread : 0;
}

/** Reads the loads of hosts off an arrangement's rooms: what is not room up to the threshold is in use. */
export class Loads {
  readonly #arrangement: Arrangement;
  readonly #memoryTop: Float64Array;
  readonly #cpuTop: Float64Array;
  readonly #memoryTotal: Float64Array;
  readonly #cpuTotal: Float64Array;

  constructor(problem: Problem, arrangement: Arrangement) {
    this.#arrangement = arrangement;
    this.#memoryTotal = Float64Array.from(problem.hosts, (host) => host.memoryTotal);
    this.#cpuTotal = Float64Array.from(problem.hosts, (host) => cpuUnits(host, 100));
    this.#memoryTop = problem.usedMemory.map((used, host) => used + (problem.roomMemory[host] ?? 0));
    this.#cpuTop = problem.usedCpu.map((used, host) => used + (problem.roomCpu[host] ?? 0));
  }

  /** Share of memory in use with so many bytes more. */
  memory(host: number, more = 0): number {
    const used = (this.#memoryTop[host] ?? 0) - (this.#arrangement.roomMemory[host] ?? 0);
    return (used + more) / (this.#memoryTotal[host] ?? 1);
  }

  /** Share of CPU in use with so many units more. */
  cpu(host: number, more = 0): number {
    const used = (this.#cpuTop[host] ?? 0) - (this.#arrangement.roomCpu[host] ?? 0);
    return (used + more) / (this.#cpuTotal[host] ?? 1);
  }

  /** The larger share of a host with so much more on it. */
  peak(host: number, memory = 0, cpu = 0): number {
    return Math.max(this.memory(host, memory), this.cpu(host, cpu));
  }

  squares(host: number, memory = 0, cpu = 0): number {
    return this.memory(host, memory) ** 2 + this.cpu(host, cpu) ** 2;
  }

  evenness(): Evenness {
    let peak = 0;
    let spread = 0;
    for (let host = 0; host < this.#memoryTotal.length; host++) {
      peak = Math.max(peak, this.peak(host));
      spread += this.squares(host);
    }
    return { peak, spread };
  }
}
