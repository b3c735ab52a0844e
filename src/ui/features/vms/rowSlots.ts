/**
 * Which of the rows in the page shows which VM. A row that is no longer needed is given to a VM that has come into sight, in the order
 * in which they stand: while one scrolls, texts change and no elements are made, styled and taken away. Pure.
 */
export function assignSlots(
  before: ReadonlyMap<string, number>,
  keys: readonly string[],
): ReadonlyMap<string, number> {
  const wanted = new Set(keys);
  const free = [...before]
    .filter(([key]) => !wanted.has(key))
    .map(([, slot]) => slot)
    .reverse();
  let next = Math.max(-1, ...before.values()) + 1;
  return new Map(keys.map((key) => [key, before.get(key) ?? free.pop() ?? next++]));
}
