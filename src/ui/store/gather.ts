export interface Gatherer<T> {
  add: (item: T) => void;
  /** Hands on at once what waits. */
  flush: () => void;
}

/**
 * Hands on what comes: the first at once, and what follows within `ms` milliseconds together. Whatever is derived from the state is
 * derived anew each time, and a site of dozens of hosts tells of a hundred things a second.
 */
export function gather<T>(ms: number, handOn: (items: readonly T[]) => void): Gatherer<T> {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    handOn(items);
  };
  const rest = () => {
    timer = setTimeout(() => {
      timer = undefined;
      if (waiting.length === 0) return;
      flush();
      rest();
    }, ms);
  };
  return {
    add(item) {
      waiting.push(item);
      if (timer !== undefined) return;
      flush();
      rest();
    },
    flush,
  };
}
