import type { Boot } from '../world/boot.ts';

/** Since when hosts do not hear each other. What does not last is not noticed. */
export class Silence {
  readonly #pairs = new Map<Boot, Map<Boot, number>>();
  readonly #dead = new Map<Boot, number>();

  /** To be told whenever it may be different who hears whom. */
  note(boots: readonly Boot[], connected: (a: string, b: string) => boolean, now: number): void {
    for (const a of boots) {
      for (const b of boots) {
        const silent = this.#pairs.get(a) ?? new Map<Boot, number>();
        this.#pairs.set(a, silent);
        if (connected(a.host, b.host)) silent.delete(b);
        else if (!silent.has(b)) silent.set(b, now);
      }
    }
  }

  noteDead(boot: Boot, now: number): void {
    this.#dead.set(boot, now);
  }

  /** Whether two hosts have not heard each other since that time or longer. */
  isSince(a: Boot, b: Boot, time: number): 'no' | 'for-a-moment' | 'yes' {
    const since = this.#pairs.get(a)?.get(b);
    if (since === undefined) return 'no';
    return since <= time ? 'yes' : 'for-a-moment';
  }

  isDeadSince(boot: Boot, time: number): boolean {
    const since = this.#dead.get(boot);
    return boot.life.over && (since === undefined || since <= time);
  }
}
