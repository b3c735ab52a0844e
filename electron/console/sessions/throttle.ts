/**
 * Lets the newest value of each key through at most once per interval: the first at once, what follows at the end of
 * the interval.
 */
export interface Throttle<V> {
  push(key: string, value: V): void;
  /** Forgets what is waiting for this key. */
  drop(key: string): void;
  dispose(): void;
}

export function createThrottle<V>(intervalMs: number, deliver: (key: string, value: V) => void): Throttle<V> {
  const open = new Map<string, { timer: NodeJS.Timeout; waiting?: { value: V } }>();

  const start = (key: string) => {
    const timer = setTimeout(() => {
      const waiting = open.get(key)?.waiting;
      open.delete(key);
      if (waiting === undefined) return;
      start(key);
      deliver(key, waiting.value);
    }, intervalMs);
    open.set(key, { timer });
  };

  const drop = (key: string) => {
    clearTimeout(open.get(key)?.timer);
    open.delete(key);
  };

  return {
    push(key, value) {
      const entry = open.get(key);
      if (entry !== undefined) {
        entry.waiting = { value };
        return;
      }
      start(key);
      deliver(key, value);
    },
    drop,
    dispose() {
      for (const key of [...open.keys()]) drop(key);
    },
  };
}
