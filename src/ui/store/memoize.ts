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

/**
 * Like `memoize` for each of many things, by key: one is computed again only where something that it depends on is another object (a
 * list: where an element is). What it comes to keeps its object where it says the same, as with `keeper`; null: there is none.
 */
export function memoizeEach<I extends readonly unknown[], T extends object>(
  compute: (...inputs: I) => T | null,
): (now: ReadonlyMap<string, I>) => Map<string, T> {
  let before = new Map<string, { inputs: I; result: T | null }>();
  return (now) => {
    const known = new Map<string, { inputs: I; result: T | null }>();
    const results = new Map<string, T>();
    for (const [key, inputs] of now) {
      const last = before.get(key);
      if (last?.inputs.every((input, index) => isSame(input, inputs[index])) === true) {
        known.set(key, last);
        if (last.result !== null) results.set(key, last.result);
        continue;
      }
      const result = compute(...inputs);
      const same = result === null ? null : kept(last?.result ?? undefined, result);
      known.set(key, { inputs, result: same });
      if (same !== null) results.set(key, same);
    }
    before = known;
    return results;
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
