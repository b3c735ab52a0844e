import { MinimeError } from '../../../src/contract/errors.ts';
import { cancelled } from './errors.ts';

interface Waiter {
  resume: () => void;
}

/** Bounds how many channels are open at once; those beyond wait in order. */
export class ChannelPool {
  readonly #host: string;
  #limit: number;
  #open = 0;
  readonly #waiting: Waiter[] = [];

  constructor(host: string, limit: number) {
    this.#host = host;
    this.#limit = limit;
  }

  get open(): number {
    return this.#open;
  }

  /**
   * Waits for a free channel and runs `work` with it. Rejects if `signal` aborts while waiting: with its
   * reason where that is an error of ours (a lost connection), else with `cancelled`.
   */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#acquire(signal);
    try {
      return await work();
    } finally {
      this.#release();
    }
  }

  /** The server refused one more channel: as many as are open besides the caller's are what it allows. False if none is. */
  lower(): boolean {
    if (this.#open <= 1) return false;
    this.#limit = Math.min(this.#limit, this.#open - 1);
    return true;
  }

  #acquire(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(this.#reason(signal));
    if (this.#open < this.#limit) {
      this.#open += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(this.#reason(signal));
      };
      const waiter: Waiter = {
        resume: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #reason({ reason }: AbortSignal): MinimeError {
    return reason instanceof MinimeError ? reason : cancelled(this.#host);
  }

  #release(): void {
    this.#open -= 1;
    while (this.#open < this.#limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#open += 1;
      next.resume();
    }
  }
}
