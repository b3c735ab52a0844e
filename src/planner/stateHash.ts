import type { Arrangement } from './arrangement.ts';
import type { Items } from './items.ts';

const mix = (hash: number, value: number): number => {
  let mixed = Math.imul(hash ^ (value | 0), 0x9e3779b1);
  mixed = Math.imul(mixed ^ (value / 2 ** 32), 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
};

/**
 * Recognises states of an arrangement that are the same but for which of several like hosts is which. Two hosts are
 * alike when the same items may go there, the same room is left, and no item with a keep-apart rule tells them apart.
 * Sums of hashes, 64 bits in all: that two different states are taken for one happens once in 10^9 searches.
 */
export class StateHash {
  readonly #arrangement: Arrangement;
  readonly #kindOf: Int32Array;
  #low = 0;
  #high = 0;

  constructor(items: Items, arrangement: Arrangement) {
    this.#arrangement = arrangement;
    const kinds = new Map<string, number>();
    this.#kindOf = Int32Array.from({ length: items.hostCount }, (_, host) => {
      const column = items.allowed.map((row) => row[host] ?? 0).join('');
      const kind = kinds.get(column) ?? kinds.size;
      kinds.set(column, kind);
      return kind;
    });
    for (let host = 0; host < items.hostCount; host++) this.note(host);
  }

  get value(): string {
    return `${this.#low},${this.#high}`;
  }

  /** Equal for hosts that are alike, and only for these but for chance. */
  of(host: number): number {
    return this.#half(host, 1) * 2 ** 21 + (this.#half(host, 2) >>> 11);
  }

  /** Call before a host changes, */
  forget(host: number): void {
    this.#low = (this.#low - this.#half(host, 1)) | 0;
    this.#high = (this.#high - this.#half(host, 2)) | 0;
  }

  /** and after it. */
  note(host: number): void {
    this.#low = (this.#low + this.#half(host, 1)) | 0;
    this.#high = (this.#high + this.#half(host, 2)) | 0;
  }

  #half(host: number, seed: number): number {
    const { roomMemory, roomCpu, itemsOn, items } = this.#arrangement;
    const hash = mix(mix(mix(seed, this.#kindOf[host] ?? 0), roomMemory[host] ?? 0), roomCpu[host] ?? 0);
    let told = 0;
    for (const item of itemsOn[host] ?? []) {
      // Added, so that the order in which items came does not matter.
      if ((items.apart[item]?.length ?? 0) > 0) told = (told + mix(seed + 7, item)) | 0;
    }
    // Mixed and not added: the sum over all hosts must depend on which host each of them is on.
    return mix(hash, told) >>> 0;
  }
}
