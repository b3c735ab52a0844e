import fc from 'fast-check';
import { initialPolicy } from '../../../src/contract/policy.ts';
import type { PlanHost, PlanInput, PlanVm } from '../../../src/planner/input.ts';
import { numbers } from './numbers.ts';

/** Random clusters in which a host fails and there is about as much room left as its VMs need, or somewhat less. */

const MB = 1024 ** 2;
const usualSizes = [512, 1024, 2048, 4096, 8192, 16384];

const clusterShape = fc.record({
  survivors: fc.integer({ min: 3, max: 12 }),
  vms: fc.integer({ min: 8, max: 60 }),
  /** Sizes as people choose them, or any number of MB. */
  usual: fc.boolean(),
  /** Room left on all survivors together, as a part of what the VMs need. */
  memoryRatio: fc.double({ min: 0.7, max: 1.3, noNaN: true }),
  cpuRatio: fc.double({ min: 0.8, max: 2.5, noNaN: true }),
  /** In how many of ten VMs the hosts are limited. */
  limited: fc.constantFrom(0, 0, 0, 3),
  /** Of the sizes; hundreds of numbers per cluster are not worth shrinking one by one. */
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
});

/** Cuts a total into parts of uneven size. */
function cut(total: number, parts: number, next: () => number): number[] {
  const weights = Array.from({ length: parts }, () => 0.3 + next());
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => Math.floor((total * weight) / sum));
}

function inputOf(shape: typeof clusterShape extends fc.Arbitrary<infer T> ? T : never): PlanInput {
  const next = numbers(shape.seed);
  const below = (count: number): number => Math.floor(next() * count);
  const names = Array.from({ length: shape.survivors }, (_, index) => `n${index + 1}`);
  const vms = Array.from({ length: shape.vms }, (_, index): PlanVm => {
    const megabytes = shape.usual ? (usualSizes[below(usualSizes.length)] ?? 512) : 256 + below(12_000);
    return {
      uuid: `v${index}`,
      name: `v${index}`,
      host: 'failed',
      memory: megabytes * MB,
      vcpus: 2,
      cpuPercent: below(160),
    };
  });
  const memoryNeeded = vms.reduce((sum, vm) => sum + vm.memory / MB, 0);
  const cpuNeeded = vms.reduce((sum, vm) => sum + (vm.cpuPercent ?? 0), 0);
  const memory = cut(memoryNeeded * shape.memoryRatio, names.length, next);
  const cpu = cut(cpuNeeded * shape.cpuRatio, names.length, next);
  const hosts = names.map((name, index): PlanHost => {
    const cores = Math.ceil((cpu[index] ?? 0) / 60);
    return {
      name,
      memoryTotal: (memory[index] ?? 0) * MB * 3,
      memoryFree: (memory[index] ?? 0) * MB + 2048 * MB,
      cores,
      // The CPU room is what the threshold of 90 % leaves, in whole percent of all cores.
      cpuPercent: Math.max(0, 90 - Math.floor((cpu[index] ?? 0) / cores)),
    };
  });
  const limits = vms.flatMap((vm) => {
    if (below(10) >= shape.limited) return [];
    return [[vm.uuid, { allowedHosts: names.filter(() => next() < 0.5) }] as const];
  });
  return {
    hosts: [...hosts, { name: 'failed', memoryTotal: MB, memoryFree: 0, cores: 1, cpuPercent: 0 }],
    vms,
    policy: {
      ...initialPolicy,
      tiers: [{ name: 'Normal', vms: vms.map((vm) => vm.uuid), readiness: { kind: 'started' } }],
      thresholds: {
        cluster: { minFreeMemory: 2048 * MB, maxCpuPercent: 90 },
        hosts: {},
        overCpu: 'leave-down',
      },
      rules: { vms: Object.fromEntries(limits), groups: [] },
    },
    failed: ['failed'],
  };
}

export const largerCluster: fc.Arbitrary<PlanInput> = clusterShape.map(inputOf);
