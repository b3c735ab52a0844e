import { MinimeError } from '../../contract/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** Like `within`, by the host's own clock. What is waited for goes on. Rejects with `timeout`. */
export async function withinClock<T>(
  clock: Clock,
  promise: Promise<T>,
  timeoutMs: number,
  message = `There was no answer within ${timeoutMs / 1000} s.`,
): Promise<T> {
  const done = new AbortController();
  const timeout = clock.sleep(timeoutMs, done.signal).then(
    () => Promise.reject(new MinimeError({ kind: 'timeout', message })),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    done.abort();
    // Nobody is left to hear of it if it fails after all.
    promise.catch(() => undefined);
    timeout.catch(() => undefined);
  }
}
