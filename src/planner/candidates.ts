import type { Cluster } from './cluster.ts';
import { cpuNeed } from './figures.ts';
import type { PlanVm } from './input.ts';

/** A VM that is to be started, and what ties it to VMs that run on the hosts that are left. */
export interface Candidate {
  vm: PlanVm;
  tier: number;
  /** Bytes. */
  memory: number;
  /** CPU units. */
  cpu: number;
  /** Members of its keep-apart rules that run. */
  apartFrom: readonly RunningMember[];
  /** By keep-together rule: its members that run. The VM must join one of them. */
  togetherWith: readonly (readonly RunningMember[])[];
}

export interface RunningMember {
  rule: string;
  vm: string;
  host: string;
}

/** A VM of a failed host that nobody tries to start. */
export interface LeftDown {
  vm: PlanVm;
  tier: number;
  cause: 'rule' | 'unprotected';
  detail?: string;
}

/** In restart order, the VMs to plan: those of failed hosts, and with `strays` those that run nowhere. */
export function readCandidates(
  cluster: Cluster,
  failed: ReadonlySet<string>,
  strays: boolean,
): (Candidate | LeftDown)[] {
  const toPlan = (vm: PlanVm): boolean => (vm.host === null ? strays : failed.has(vm.host));
  const candidates: (Candidate | LeftDown)[] = [];
  for (const { vm, tier } of cluster.vms) {
    if (!toPlan(vm)) continue;
    if (cluster.policy.rules.vms[vm.uuid]?.restart === 'leave-down') {
      candidates.push({ vm, tier, cause: 'rule' });
    } else if (vm.unprotected !== undefined) {
      candidates.push({ vm, tier, cause: 'unprotected', detail: vm.unprotected });
    } else {
      candidates.push({
        vm,
        tier,
        memory: vm.memory,
        cpu: cpuNeed(vm),
        ...runningMembers(cluster, failed, vm),
      });
    }
  }
  return candidates;
}

function runningMembers(cluster: Cluster, failed: ReadonlySet<string>, vm: PlanVm) {
  const apartFrom: RunningMember[] = [];
  const togetherWith: RunningMember[][] = [];
  for (const group of cluster.groupsOf.get(vm.uuid) ?? []) {
    const running: RunningMember[] = [];
    for (const uuid of new Set(group.vms)) {
      const member = cluster.vmByUuid.get(uuid);
      if (member === undefined || member === vm || member.host === null || failed.has(member.host)) continue;
      running.push({ rule: group.name, vm: member.name, host: member.host });
    }
    if (group.kind === 'keep-apart') apartFrom.push(...running);
    else if (running.length > 0) togetherWith.push(running);
  }
  return { apartFrom, togetherWith };
}
