import { MinimeError } from '../../contract/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** Rejects with `timeout` if it takes longer; what is waited for goes on, since storage that hangs cannot be interrupted. */
export async function before<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  const waiting = new AbortController();
  const late = clock.sleep(ms, waiting.signal).then(() => {
    throw new MinimeError({ kind: 'timeout', message: `No answer within ${Math.round(ms / 1000)} s.` });
  });
  late.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    waiting.abort();
  }
}

/** Waits so long, or until it is woken or aborted, whichever comes first. Never rejects. */
export async function pause(
  clock: Clock,
  ms: number,
  { signal, woken }: { signal?: AbortSignal; woken?: Promise<void> } = {},
): Promise<void> {
  if (signal?.aborted === true) return;
  const waiting = new AbortController();
  const abort = (): void => waiting.abort();
  signal?.addEventListener('abort', abort);
  const slept = clock.sleep(ms, waiting.signal).catch(() => undefined);
  try {
    await (woken === undefined ? slept : Promise.race([slept, woken]));
  } finally {
    signal?.removeEventListener('abort', abort);
    waiting.abort();
  }
}

/** Wakes a loop. A ring while nobody waits is kept for the next wait; several count as one. */
export class Bell {
  #rung = false;
  #wake: () => void = () => undefined;

  wait(): Promise<void> {
    if (this.#rung) {
      this.#rung = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  ring(): void {
    this.#rung = true;
    this.#wake();
  }
}
