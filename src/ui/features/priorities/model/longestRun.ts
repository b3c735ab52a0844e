/** Indexes of a longest increasing subsequence of `values`: what may stay where it is when as little as possible moves. */
export function longestIncreasing(values: readonly number[]): Set<number> {
  /** For each length, the index of the smallest value that ends a subsequence so long. */
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [index, value] of values.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[index] = ends[low - 1];
    ends[low] = index;
  }
  const chosen = new Set<number>();
  for (let at = ends.at(-1); at !== undefined; at = before[at]) chosen.add(at);
  return chosen;
}
