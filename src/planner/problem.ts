import type { Thresholds } from '../contract/policy.ts';
import type { Candidate } from './candidates.ts';
import type { Cluster } from './cluster.ts';
import { cpuNeed, cpuUnits, thresholdsOf } from './figures.ts';
import { standingReasons } from './hostRules.ts';
import type { PlanHost } from './input.ts';

/** One failure in numbers. Hosts and VMs are known by their index; VMs are in restart order. */
export interface Problem {
  hosts: readonly PlanHost[];
  thresholds: readonly Thresholds[];
  /** By host, before anything is placed: memory in bytes, and CPU units, in use; VMs that just start included. */
  usedMemory: Float64Array;
  usedCpu: Float64Array;
  /** By host: what may still be placed there. Negative where a threshold is already passed. */
  roomMemory: Float64Array;
  roomCpu: Float64Array;
  vms: readonly Candidate[];
  /** By VM, then host: 1 where the VM may run and, were it the only one, would fit. */
  allowed: readonly Uint8Array[];
  /** By VM: the other VMs of this problem it must not share a host with, and those it must share one with. */
  apart: readonly (readonly number[])[];
  together: readonly (readonly number[])[];
}

/** What is asked of memory and rules, with CPU as no limit: there is room for all VMs on any host. */
export function readProblem(
  cluster: Cluster,
  failed: ReadonlySet<string>,
  vms: readonly Candidate[],
): Problem {
  const hosts = cluster.hosts.filter((host) => !failed.has(host.name));
  const thresholds = hosts.map((host) => thresholdsOf(cluster.policy, host.name));
  const usedMemory = Float64Array.from(hosts, (host) => host.memoryTotal - host.memoryFree);
  const usedCpu = Float64Array.from(hosts, (host) => Math.ceil(cpuUnits(host, host.cpuPercent)));
  const indexOf = new Map(hosts.map((host, index) => [host.name, index]));
  for (const { vm } of cluster.vms) {
    const host = vm.starting === true && vm.host !== null ? indexOf.get(vm.host) : undefined;
    if (host === undefined) continue;
    usedMemory[host] = (usedMemory[host] ?? 0) + vm.memory;
    usedCpu[host] = (usedCpu[host] ?? 0) + cpuNeed(vm);
  }
  const roomMemory = Float64Array.from(
    hosts,
    (host, h) => host.memoryTotal - (usedMemory[h] ?? 0) - (thresholds[h]?.minFreeMemory ?? 0),
  );
  const roomCpu = new Float64Array(hosts.length).fill(vms.reduce((sum, { cpu }) => sum + cpu, 0));
  const allowed = vms.map((candidate) =>
    Uint8Array.from(hosts, (host, h) =>
      candidate.memory <= (roomMemory[h] ?? 0) &&
      standingReasons(candidate, host, cluster.policy).length === 0
        ? 1
        : 0,
    ),
  );
  return { hosts, thresholds, usedMemory, usedCpu, roomMemory, roomCpu, vms, allowed, ...ties(cluster, vms) };
}

/** The same with the CPU thresholds as limits, raised by so many percent points. `free`: CPU is no limit there. */
export function limitCpu(free: Problem, raisedBy: number): Problem {
  const { hosts, thresholds, usedCpu, vms } = free;
  const roomCpu = Float64Array.from(
    hosts,
    (host, h) =>
      Math.floor(cpuUnits(host, (thresholds[h]?.maxCpuPercent ?? 0) + raisedBy)) - (usedCpu[h] ?? 0),
  );
  const allowed = free.allowed.map((row, vm) =>
    row.map((may, host) => ((vms[vm]?.cpu ?? 0) <= (roomCpu[host] ?? 0) ? may : 0)),
  );
  return { ...free, roomCpu, allowed };
}

/** The same for VMs that need no CPU: what decides who runs where CPU is no limit. */
export function withoutCpu(free: Problem): Problem {
  return { ...free, vms: free.vms.map((candidate) => ({ ...candidate, cpu: 0 })) };
}

/** The group rules among the VMs of a problem, as pairs. */
function ties(cluster: Cluster, vms: readonly Candidate[]): Pick<Problem, 'apart' | 'together'> {
  const indexOf = new Map(vms.map(({ vm }, index) => [vm.uuid, index]));
  const pairs = (kind: 'keep-apart' | 'keep-together'): number[][] =>
    vms.map(({ vm }, index) => {
      const others = new Set<number>();
      for (const group of cluster.groupsOf.get(vm.uuid) ?? []) {
        if (group.kind !== kind) continue;
        for (const uuid of group.vms) others.add(indexOf.get(uuid) ?? index);
      }
      others.delete(index);
      return [...others];
    });
  return { apart: pairs('keep-apart'), together: pairs('keep-together') };
}
