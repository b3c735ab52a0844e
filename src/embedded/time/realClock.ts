import type { WorldClock } from './worldClock.ts';

/** Real time, or `speed` times as fast; it begins at `start` (Unix milliseconds). */
export class RealClock implements WorldClock {
  readonly #speed: number;
  readonly #start: number;
  readonly #began = performance.now();
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(speed = 1, start = Date.now()) {
    this.#speed = speed;
    this.#start = start;
  }

  now(): number {
    return Math.round(this.#start + this.elapsed());
  }

  elapsed(): number {
    return (performance.now() - this.#began) * this.#speed;
  }

  after(ms: number, call: () => void): { cancel(): void } {
    const due = this.elapsed() + ms;
    let timer: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      if (timer === undefined) return;
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
    const wait = (): void => {
      if (this.#stopped) return;
      timer = setTimeout(
        () => {
          cancel();
          // Timers of the machine go off up to a millisecond early, and whoever looks then finds that it is not yet time.
          if (this.elapsed() < due) wait();
          else call();
        },
        Math.ceil((due - this.elapsed()) / this.#speed),
      );
      this.#timers.add(timer);
    };
    wait();
    return { cancel };
  }

  /** Nothing happens at any later time. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
