import type { GroupRule, VmRule } from '../../../src/contract/policy.ts';
import { initialPolicy } from '../../../src/contract/policy.ts';
import type { ClusterInput, PlanHost, PlanVm } from '../../../src/planner/input.ts';
import { numbers } from './numbers.ts';

/** The largest cluster that is aimed at, 32 hosts with 2,000 VMs, with some rules of every kind. */

const GB = 1024 ** 3;
const hostCount = 32;
const vmCount = 2000;
const sizes = [2, 4, 4, 8, 8, 16, 32];

/** `memoryUse`: memory of all VMs by memory of all hosts, which are filled unevenly. At 1.06 a fifth stays down. */
export function fullSite(memoryUse: number, seed: number): ClusterInput {
  const next = numbers(seed);
  const pick = <T>(values: readonly T[], fallback: T): T =>
    values[Math.floor(next() * values.length)] ?? fallback;
  const hostNames = Array.from({ length: hostCount }, (_, index) => `n${index + 1}`);
  const vms = Array.from({ length: vmCount }, (_, index): PlanVm => {
    const memory = pick(sizes, 4) * GB;
    const host = hostNames[index % hostCount] ?? null;
    return {
      uuid: `v${index}`,
      name: `v${index}`,
      host,
      memory,
      vcpus: 4,
      cpuPercent: Math.round(next() * 120),
    };
  });
  const allMemory = vms.reduce((sum, vm) => sum + vm.memory, 0);
  const memoryTotal = Math.ceil(allMemory / memoryUse / hostCount / GB) * GB;
  const hosts = hostNames.map((name): PlanHost => {
    const here = vms.filter((vm) => vm.host === name);
    const used = here.reduce((sum, vm) => sum + vm.memory, 0);
    const cpu = here.reduce((sum, vm) => sum + (vm.cpuPercent ?? 0), 0);
    const memoryFree = Math.max(0, memoryTotal - used);
    return { name, memoryTotal, memoryFree, cores: 64, cpuPercent: Math.min(100, cpu / 64) };
  });
  const vmRules: Record<string, VmRule> = {};
  for (const [index, vm] of vms.entries()) {
    if (index % 20 === 0) vmRules[vm.uuid] = { preferredHost: pick(hostNames, 'n1') };
    if (index % 50 === 1) vmRules[vm.uuid] = { allowedHosts: hostNames.filter(() => next() < 0.5) };
  }
  // Members 32 apart are on the same host, those next to each other on different ones.
  const groups = Array.from({ length: 60 }, (_, index): GroupRule => {
    const first = index * 33;
    const apart = index % 2 === 0;
    const members = apart ? [first, first + 1, first + 2] : [first, first + hostCount];
    return {
      name: `group ${index}`,
      kind: apart ? 'keep-apart' : 'keep-together',
      vms: members.map((member) => `v${member}`),
    };
  });
  const order = vms.map((vm) => ({ uuid: vm.uuid, rank: next() })).sort((a, b) => a.rank - b.rank);
  const tier = (name: string, from: number, to: number) => ({
    name,
    vms: order.slice(from, to).map(({ uuid }) => uuid),
    readiness: { kind: 'started' as const },
  });
  return {
    hosts,
    vms,
    policy: {
      ...initialPolicy,
      tiers: [tier('First', 0, 200), tier('Normal', 200, 1500), tier('Last', 1500, vmCount)],
      rules: { vms: vmRules, groups },
    },
  };
}
