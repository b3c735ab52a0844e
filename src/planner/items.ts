import type { Problem } from './problem.ts';

/**
 * A packing question: do these items fit on the hosts, and how? An item is a VM, or several that keep-together rules
 * make one.
 */
export interface Items {
  count: number;
  hostCount: number;
  memory: Float64Array;
  cpu: Float64Array;
  /** By item, then host. */
  allowed: readonly Uint8Array[];
  /** By item: items it must not share a host with. */
  apart: readonly (readonly number[])[];
  roomMemory: Float64Array;
  roomCpu: Float64Array;
}

export interface GroupedItems {
  items: Items;
  /** By position in the list of VMs asked for: its item. */
  itemOf: Int32Array;
}

const noOthers: readonly number[] = [];

/**
 * The packing question for some of a problem's VMs. `null`: the rules contradict each other for these VMs, so they
 * cannot all run. `rows` are the hosts each VM of the problem may go to.
 */
export function groupItems(
  problem: Problem,
  chosen: readonly number[],
  rows: readonly Uint8Array[],
): GroupedItems | null {
  const { itemOf, count } = mergeTogether(problem, chosen);
  const memory = new Float64Array(count);
  const cpu = new Float64Array(count);
  const allowed: Uint8Array[] = [];
  const apart: (readonly number[])[] = Array.from({ length: count }, () => noOthers);
  const itemOfVm = new Map<number, number>();
  for (const [position, vm] of chosen.entries()) itemOfVm.set(vm, itemOf[position] ?? 0);
  for (const vm of chosen) {
    const item = itemOfVm.get(vm) ?? 0;
    const candidate = problem.vms[vm];
    const row = rows[vm];
    if (candidate === undefined || row === undefined) throw new RangeError(`no VM ${vm} in the problem`);
    memory[item] = (memory[item] ?? 0) + candidate.memory;
    cpu[item] = (cpu[item] ?? 0) + candidate.cpu;
    const merged = allowed[item];
    allowed[item] = merged === undefined ? row : row.map((may, host) => may & (merged[host] ?? 0));
    const vmApart = problem.apart[vm] ?? noOthers;
    if (vmApart.length === 0) continue;
    const others = new Set(apart[item]);
    for (const other of vmApart) {
      const otherItem = itemOfVm.get(other);
      if (otherItem === item) return null;
      if (otherItem !== undefined) others.add(otherItem);
    }
    apart[item] = [...others];
  }
  const hostCount = problem.hosts.length;
  const { roomMemory, roomCpu } = problem;
  return { items: { count, hostCount, memory, cpu, allowed, apart, roomMemory, roomCpu }, itemOf };
}

/** Numbers the groups of VMs that must share a host; a VM without such a tie is a group of its own. */
function mergeTogether(problem: Problem, chosen: readonly number[]): { itemOf: Int32Array; count: number } {
  const positionOf = new Map(chosen.map((vm, position) => [vm, position]));
  const itemOf = new Int32Array(chosen.length).fill(-1);
  let count = 0;
  for (const start of chosen.keys()) {
    if (itemOf[start] !== -1) continue;
    const open = [start];
    for (let position = open.pop(); position !== undefined; position = open.pop()) {
      if (itemOf[position] !== -1) continue;
      itemOf[position] = count;
      for (const other of problem.together[chosen[position] ?? -1] ?? noOthers) {
        const next = positionOf.get(other);
        if (next !== undefined) open.push(next);
      }
    }
    count += 1;
  }
  return { itemOf, count };
}
