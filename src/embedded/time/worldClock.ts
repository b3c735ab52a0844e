/** The time of an embedded cluster. All hosts share it: their clocks agree. */
export interface WorldClock {
  /** Unix milliseconds. */
  now(): number;
  /** Milliseconds since the cluster was made. */
  elapsed(): number;
  /** Calls once, later; never from inside this call. */
  after(ms: number, call: () => void): { cancel(): void };
}

/** Rejects with an `AbortError` when the signal is aborted. */
export function sleepOn(clock: WorldClock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      timer.cancel();
      reject(
        Object.assign(new Error('The operation was aborted'), { name: 'AbortError', code: 'ABORT_ERR' }),
      );
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    });
    if (signal?.aborted === true) aborted();
    else signal?.addEventListener('abort', aborted, { once: true });
  });
}
