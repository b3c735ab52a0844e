import type { WorldClock } from './worldClock.ts';

interface Timer {
  at: number;
  call: () => void;
  cancelled: boolean;
}

/**
 * Time that stands still while anything is being done, and then jumps to the next timer: hours pass in milliseconds, and the
 * same world takes the same course each time.
 *
 * Everything is done when the microtasks have run out, since nothing in a world of virtual time waits for anything else than
 * microtasks and this clock: its files are in memory, its hosts talk by function calls. Code that waits for the real world
 * (a real timer, a real file) would be left behind by the clock; `files` and the lint rule of `src/host` keep it out.
 */
export class VirtualClock implements WorldClock {
  readonly #start: number;
  #now: number;
  /** By time; equal ones in the order they were set. */
  readonly #timers: Timer[] = [];

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#start = start;
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#now - this.#start;
  }

  after(ms: number, call: () => void): { cancel(): void } {
    const timer: Timer = { at: this.#now + Math.max(0, Math.round(ms)), call, cancelled: false };
    let [low, high] = [0, this.#timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#timers[middle]?.at ?? 0) <= timer.at) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return {
      cancel: () => {
        timer.cancelled = true;
      },
    };
  }

  /** Lets time pass until so many milliseconds after the start. `stop` is asked after each step. */
  async runUntil(elapsedMs: number, stop: () => boolean = () => false): Promise<void> {
    const end = this.#start + elapsedMs;
    for (;;) {
      await everythingDone();
      if (stop()) return;
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#timers.shift();
      this.#now = next.at;
      next.call();
    }
    this.#now = Math.max(this.#now, end);
  }

  #next(): Timer | undefined {
    while (this.#timers[0]?.cancelled === true) this.#timers.shift();
    return this.#timers[0];
  }
}

/** A turn of the event loop begins when no microtask is left. */
const everythingDone = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
