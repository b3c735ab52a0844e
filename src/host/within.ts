import { MinimeError } from '../contract/errors.ts';

/** Gives up waiting after so many milliseconds; what is waited for goes on, since dead storage cannot be interrupted. */
export async function within<T>(promise: Promise<T>, timeoutMs: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(timedOut(message)), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
    // Nobody is left to hear of it if it fails after all.
    promise.catch(() => undefined);
  }
}

const timedOut = (message: string): MinimeError =>
  new MinimeError({
    kind: 'timeout',
    message,
    remedy: 'Check the storage and the way to it; what hangs there goes on by itself when it answers.',
  });
