/** A host that is busy takes longer for the same work. It then rests so many times as long as that took, up to a limit. */
const restFactor = 3;
const longestRestMs = 2000;

/**
 * Does a piece of work when asked to: at once if it has not been done for a while, and once more afterwards if it was
 * asked for in the meantime, however often. So a burst of events costs two runs, and the last event is never lost. Who
 * watches a host must not keep it from taking over the VMs of another one: the work takes a quarter of the time, unless it is so slow that
 * the longest rest is less.
 */
export class Refresher {
  readonly #work: () => Promise<void>;
  readonly #minimumIntervalMs: number;
  #wanted = false;
  #running: Promise<void> | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(work: () => Promise<void>, minimumIntervalMs: number) {
    this.#work = work;
    this.#minimumIntervalMs = minimumIntervalMs;
  }

  request(): void {
    if (this.#stopped) return;
    this.#wanted = true;
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when nothing is being done any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wanted = false;
    this.#wake?.();
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (this.#wanted) {
      this.#wanted = false;
      const begun = performance.now();
      await this.#work();
      await this.#pause(restAfter(performance.now() - begun, this.#minimumIntervalMs));
    }
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Milliseconds. Pure. */
export const restAfter = (tookMs: number, minimumMs: number): number =>
  Math.max(minimumMs, Math.min(longestRestMs, restFactor * tookMs));
