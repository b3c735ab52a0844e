import { MinimeError } from '../../contract/errors.ts';
import type { WorldClock } from '../time/worldClock.ts';
import { Life } from './life.ts';

interface Lock {
  holder: Life | undefined;
  waiting: { life: Life; grant: () => void }[];
}

/** File locks of one host: let go of when their program ends, however it does. */
export class Locks {
  readonly #locks = new Map<string, Lock>();

  async hold<T>(
    what: string,
    life: Life,
    { clock, waitMs }: { clock: WorldClock; waitMs: number },
    work: () => Promise<T>,
  ): Promise<T> {
    const lock = this.#locks.get(what) ?? { holder: undefined, waiting: [] };
    this.#locks.set(what, lock);
    // A life of its own, so that one program can wait for itself.
    const turn = new Life(life);
    await this.#granted(lock, turn, clock, waitMs, what);
    try {
      return await work();
    } finally {
      turn.end();
    }
  }

  #granted(lock: Lock, turn: Life, clock: WorldClock, waitMs: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = {
        life: turn,
        grant: (): void => {
          timer.cancel();
          lock.holder = turn;
          resolve();
        },
      };
      const timer = clock.after(waitMs, () => {
        lock.waiting = lock.waiting.filter((other) => other !== waiter);
        turn.end();
        reject(stillLocked(what, waitMs));
      });
      turn.onEnd(() => {
        timer.cancel();
        lock.waiting = lock.waiting.filter((other) => other !== waiter);
        if (lock.holder !== turn) return;
        lock.holder = undefined;
        lock.waiting.shift()?.grant();
      });
      if (lock.holder === undefined) waiter.grant();
      else lock.waiting.push(waiter);
    });
  }
}

const stillLocked = (what: string, waitMs: number): MinimeError =>
  new MinimeError({
    kind: 'busy',
    message: `Another program has kept ${what} locked for ${waitMs / 1000} s.`,
    remedy: 'Look for a vmcl process that hangs.',
  });
