/**
 * Does a piece of work when asked to: at once if it has not been done for a while, and once more afterwards if it was
 * asked for in the meantime, however often. So a burst of events costs two runs, and the last event is never lost.
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
      await this.#work();
      await this.#pause();
    }
  }

  #pause(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#minimumIntervalMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
