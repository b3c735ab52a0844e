import { Arrangement } from './arrangement.ts';
import type { Items } from './items.ts';
import type { Steps } from './steps.ts';

type Size = (item: number) => number;

/** Ways to call one item larger than another; which of them packs best depends on what is scarce. */
function sizes(items: Items): Size[] {
  const sum = (values: Float64Array): number =>
    values.reduce((total, value) => total + Math.max(0, value), 0);
  const allMemory = Math.max(1, sum(items.roomMemory));
  const allCpu = Math.max(1, sum(items.roomCpu));
  const memory: Size = (item) => (items.memory[item] ?? 0) / allMemory;
  const cpu: Size = (item) => (items.cpu[item] ?? 0) / allCpu;
  return [(item) => Math.max(memory(item), cpu(item)), (item) => memory(item) + cpu(item), memory, cpu];
}

/** Packs all items anew: those with least choice first, then the largest, each where it leaves least room. */
export function repack(items: Items, steps: Steps): Int32Array | null {
  const choice = items.allowed.map((row) => row.reduce((count, may) => count + may, 0));
  for (const size of sizes(items)) {
    const order = Array.from({ length: items.count }, (_, item) => item).sort(
      (a, b) => (choice[a] ?? 0) - (choice[b] ?? 0) || size(b) - size(a),
    );
    const arrangement = new Arrangement(items);
    const done = order.every((item) => {
      const host = steps.take() ? arrangement.tightestHost(item) : -1;
      if (host >= 0) arrangement.place(item, host);
      return host >= 0;
    });
    if (done) return arrangement.hostOf;
  }
  return null;
}

/** All items in order of size, largest first, by the first of the measures above. */
export function largestFirst(items: Items): number[] {
  const [size] = sizes(items);
  const order = Array.from({ length: items.count }, (_, item) => item);
  return size === undefined ? order : order.sort((a, b) => size(b) - size(a));
}
