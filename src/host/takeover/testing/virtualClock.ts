import type { Clock } from '../../ports/clock.ts';

interface Sleeper {
  at: number;
  wake: () => void;
}

/** Time passes only while everybody waits for it. For a world without I/O, whose promises all settle at once. */
export class VirtualClock implements Clock {
  #now = 1_700_000_000_000;
  readonly #sleepers = new Set<Sleeper>();

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = (): Error => Object.assign(new Error('aborted'), { name: 'AbortError' });
      if (signal?.aborted === true) {
        reject(aborted());
        return;
      }
      const sleeper: Sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        if (this.#sleepers.delete(sleeper)) reject(aborted());
      });
    });
  }

  /** Lets time pass until `work` settles, or so many virtual milliseconds went by: then it throws. */
  async until<T>(work: Promise<T>, limitMs = 3_600_000): Promise<T> {
    let done = false;
    const end = (): void => {
      done = true;
    };
    work.then(end, end);
    const limit = this.#now + limitMs;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (done) return await work;
      const next = Math.min(...[...this.#sleepers].map(({ at }) => at));
      if (next > limit) throw new Error(`it goes on for more than ${limitMs / 1000} s, or waits for nothing`);
      this.#now = Math.max(this.#now, next);
      for (const sleeper of [...this.#sleepers]) {
        if (sleeper.at > this.#now) continue;
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
    }
  }
}
