import type { ConsoleState } from './state.ts';

type Part = (state: ConsoleState) => unknown;
type Values<P extends readonly Part[]> = { [K in keyof P]: ReturnType<P[K]> };

/**
 * A selector over parts of the state that computes again only when one of the parts is another object. It remembers
 * one answer, which is enough where there is one store.
 */
export function memoize<const P extends readonly Part[], R>(
  parts: P,
  compute: (...values: Values<P>) => R,
): (state: ConsoleState) => R {
  let last: { values: unknown[]; result: R } | null = null;
  return (state) => {
    const values = parts.map((part) => part(state));
    if (last === null || values.some((value, index) => !Object.is(value, last?.values[index]))) {
      // `map` forgets that the values stand in the order of the parts.
      last = { values, result: compute(...(values as unknown as Values<P>)) };
    }
    return last.result;
  };
}

/**
 * For what is made anew as a whole although little of it has changed: gives back the object of the last time where the one of this
 * time says the same, so that whoever shows it need not look again. Values in it are the same if they are the same object, lists
 * if their elements are.
 */
export function keeper<T extends object>(): (now: ReadonlyMap<string, T>) => Map<string, T> {
  let before = new Map<string, T>();
  return (now) => {
    before = new Map([...now].map(([key, value]) => [key, kept(before.get(key), value)]));
    return before;
  };
}

function kept<T extends object>(before: T | undefined, now: T): T {
  if (before === undefined) return now;
  const keys = Object.keys(now) as (keyof T)[];
  const same =
    keys.length === Object.keys(before).length && keys.every((key) => isSame(before[key], now[key]));
  return same ? before : now;
}

function isSame(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((element, index) => Object.is(element, b[index]));
}
