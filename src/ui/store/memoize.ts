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
