import type { Items } from './items.ts';

/** Which host each item is on, and what room that leaves: less than none where more was placed than fits. */
export class Arrangement {
  readonly items: Items;
  /** By item: its host, or -1. */
  readonly hostOf: Int32Array;
  readonly roomMemory: Float64Array;
  readonly roomCpu: Float64Array;
  readonly itemsOn: number[][];

  constructor(items: Items) {
    this.items = items;
    this.hostOf = new Int32Array(items.count).fill(-1);
    this.roomMemory = items.roomMemory.slice();
    this.roomCpu = items.roomCpu.slice();
    this.itemsOn = Array.from({ length: items.hostCount }, () => []);
  }

  fits(item: number, host: number): boolean {
    const { memory, cpu } = this.items;
    return (
      (memory[item] ?? 0) <= (this.roomMemory[host] ?? 0) &&
      (cpu[item] ?? 0) <= (this.roomCpu[host] ?? 0) &&
      this.mayGo(item, host)
    );
  }

  /** True if the rules let the item go to the host, whatever its size; `leaving`: an item that goes away from there. */
  mayGo(item: number, host: number, leaving = -1): boolean {
    if (this.items.allowed[item]?.[host] !== 1) return false;
    for (const other of this.items.apart[item] ?? []) {
      if (other !== leaving && this.hostOf[other] === host) return false;
    }
    return true;
  }

  place(item: number, host: number): void {
    this.hostOf[item] = host;
    this.#changeRoom(item, host, -1);
    this.itemsOn[host]?.push(item);
  }

  remove(item: number): void {
    const host = this.hostOf[item] ?? -1;
    const here = this.itemsOn[host];
    if (here === undefined) return;
    this.hostOf[item] = -1;
    this.#changeRoom(item, host, 1);
    here.splice(here.indexOf(item), 1);
  }

  #changeRoom(item: number, host: number, sign: 1 | -1): void {
    const { memory, cpu } = this.items;
    this.roomMemory[host] = (this.roomMemory[host] ?? 0) + sign * (memory[item] ?? 0);
    this.roomCpu[host] = (this.roomCpu[host] ?? 0) + sign * (cpu[item] ?? 0);
  }

  /** The host it fits on with the least room left over, so that large rooms stay whole; -1 if it fits nowhere. */
  tightestHost(item: number): number {
    let best = -1;
    let bestLeft = Number.POSITIVE_INFINITY;
    for (let host = 0; host < this.items.hostCount; host++) {
      if (!this.fits(item, host)) continue;
      const left = this.roomLeft(item, host);
      if (left < bestLeft) {
        best = host;
        bestLeft = left;
      }
    }
    return best;
  }

  /** Room a host would have left with the item on it, as shares of what it had at first, memory and CPU added up. */
  roomLeft(item: number, host: number): number {
    const { memory, cpu, roomMemory, roomCpu } = this.items;
    return (
      ((this.roomMemory[host] ?? 0) - (memory[item] ?? 0)) / Math.max(1, roomMemory[host] ?? 0) +
      ((this.roomCpu[host] ?? 0) - (cpu[item] ?? 0)) / Math.max(1, roomCpu[host] ?? 0)
    );
  }
}
