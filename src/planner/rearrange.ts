import { Arrangement } from './arrangement.ts';
import type { Steps } from './steps.ts';

/** Changes made before giving up. Most rooms that can be made are made within some dozens. */
const MOST_CHANGES = 200;

/** A change: `item` goes to `host`, and `partner`, if any, from there to where `item` was. */
interface Change {
  item: number;
  host: number;
  partner: number;
  /** What it adds to the overload of the two hosts, mostly negative. */
  overload: number;
}

/**
 * Makes room for items that fit nowhere: places them all the same, where they overload least, then moves and swaps
 * items away from the most overloaded host until none is. What was moved stays for some changes, so that it does not
 * go round in circles (a tabu search). Null: no room was found, which does not mean that there is none.
 */
export function rearrange(from: Arrangement, missing: readonly number[], steps: Steps): Int32Array | null {
  const search = new Rearrangement(from, steps);
  if (!missing.every((item) => search.squeezeIn(item))) return null;
  for (let count = 0; count < MOST_CHANGES; count++) {
    const host = search.mostOverloaded();
    if (host < 0) return search.hostOf;
    const change = search.bestChange(host, count);
    if (change === null) return null;
    search.make(change, count);
  }
  return null;
}

class Rearrangement {
  readonly #arrangement: Arrangement;
  readonly #steps: Steps;
  readonly #memoryScale: number;
  readonly #cpuScale: number;
  /** By item: the count of changes until which it stays where it is. */
  readonly #staysUntil: Int32Array;

  constructor(from: Arrangement, steps: Steps) {
    const { items } = from;
    this.#arrangement = new Arrangement(items);
    for (const [item, host] of from.hostOf.entries()) if (host >= 0) this.#arrangement.place(item, host);
    this.#steps = steps;
    const sum = (values: Float64Array): number => values.reduce((all, value) => all + Math.max(0, value), 0);
    this.#memoryScale = Math.max(1, sum(items.roomMemory));
    this.#cpuScale = Math.max(1, sum(items.roomCpu));
    this.#staysUntil = new Int32Array(items.count);
  }

  get hostOf(): Int32Array {
    return this.#arrangement.hostOf;
  }

  /** How far a host is overloaded with so much more on it, as a share of all room there was, memory and CPU added. */
  #overload(host: number, memory: number, cpu: number): number {
    const { roomMemory, roomCpu } = this.#arrangement;
    return (
      Math.max(0, memory - (roomMemory[host] ?? 0)) / this.#memoryScale +
      Math.max(0, cpu - (roomCpu[host] ?? 0)) / this.#cpuScale
    );
  }

  /** Places an item where it overloads least; false: the rules let it go nowhere. */
  squeezeIn(item: number): boolean {
    const { memory, cpu } = this.#arrangement.items;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let host = 0; host < this.#arrangement.items.hostCount; host++) {
      if (!this.#arrangement.mayGo(item, host)) continue;
      const overload = this.#overload(host, memory[item] ?? 0, cpu[item] ?? 0) - this.#overload(host, 0, 0);
      if (overload >= least) continue;
      best = host;
      least = overload;
    }
    if (best >= 0) this.#arrangement.place(item, best);
    return best >= 0;
  }

  /** -1: no host is overloaded. */
  mostOverloaded(): number {
    let worst = -1;
    let most = 0;
    for (const host of this.#arrangement.itemsOn.keys()) {
      // A host that was past its threshold before anything was placed is no concern while it stays empty.
      if (this.#arrangement.itemsOn[host]?.length === 0) continue;
      const overload = this.#overload(host, 0, 0);
      if (overload <= most) continue;
      worst = host;
      most = overload;
    }
    return worst;
  }

  /** Null: every item there must stay, or the steps ran out. */
  bestChange(from: number, count: number): Change | null {
    const { items, itemsOn } = this.#arrangement;
    let best: Change | null = null;
    const now = itemsOn.map((_, host) => this.#overload(host, 0, 0));
    for (const item of itemsOn[from] ?? []) {
      if (!this.#steps.take()) return null;
      for (let host = 0; host < items.hostCount; host++) {
        if (host === from || items.allowed[item]?.[host] !== 1) continue;
        const here = itemsOn[host] ?? [];
        for (let index = -1; index < here.length; index++) {
          const partner = here[index] ?? -1;
          const memory = (items.memory[item] ?? 0) - (items.memory[partner] ?? 0);
          const cpu = (items.cpu[item] ?? 0) - (items.cpu[partner] ?? 0);
          const after = this.#overload(from, -memory, -cpu) + this.#overload(host, memory, cpu);
          const overload = after - (now[from] ?? 0) - (now[host] ?? 0);
          if (best !== null && overload >= best.overload) continue;
          if (this.#possible(item, host, partner, count)) best = { item, host, partner, overload };
        }
      }
    }
    return best;
  }

  #possible(item: number, host: number, partner: number, count: number): boolean {
    const stays = (one: number): boolean => (this.#staysUntil[one] ?? 0) > count;
    const from = this.#arrangement.hostOf[item] ?? -1;
    if (partner < 0) return !stays(item) && this.#arrangement.mayGo(item, host);
    if (stays(item) && stays(partner)) return false;
    return this.#arrangement.mayGo(item, host, partner) && this.#arrangement.mayGo(partner, from, item);
  }

  make({ item, host, partner }: Change, count: number): void {
    const from = this.#arrangement.hostOf[item] ?? -1;
    this.#arrangement.remove(item);
    if (partner >= 0) {
      this.#arrangement.remove(partner);
      this.#arrangement.place(partner, from);
    }
    this.#arrangement.place(item, host);
    // Spans of 3 to 8 that differ between item and partner and from change to change break up regular circles.
    this.#staysUntil[item] = count + 4 + ((count * 7) % 5);
    if (partner >= 0) this.#staysUntil[partner] = count + 4 + ((count * 5) % 4);
  }
}
