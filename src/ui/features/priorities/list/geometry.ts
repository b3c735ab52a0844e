import { gapAbove, type ListRow } from '../model/listRows.ts';

/** Heights in pixels; priorities.css has the same. */
const heights: Record<ListRow['kind'], number> = { tier: 38, unlisted: 38, vm: 30 };

export const heightOf = (row: ListRow | undefined): number => heights[row?.kind ?? 'vm'];

/** The upper edge of each row, and at the end the lower edge of the last one. */
export function edgesOf(rows: readonly ListRow[]): number[] {
  const edges = [0];
  for (const row of rows) edges.push((edges.at(-1) ?? 0) + heightOf(row));
  return edges;
}

/** Index of the edge nearest to `y`. */
function nearestEdge(edges: readonly number[], y: number): number {
  let [low, high] = [0, edges.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) < y) low = middle + 1;
    else high = middle;
  }
  const [above, below] = [edges[low - 1], edges[low] ?? 0];
  return above !== undefined && y - above < below - y ? low - 1 : low;
}

/** The gap in which something is dropped at `y`, in pixels from the top of the list. */
export function gapAt(
  rows: readonly ListRow[],
  edges: readonly number[],
  y: number,
  moved: ReadonlySet<string>,
): number | null {
  return gapAbove(rows, Math.max(1, nearestEdge(edges, y)), moved);
}
