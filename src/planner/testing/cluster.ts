import type { Plan } from '../../contract/plan.ts';
import {
  type GroupRule,
  initialPolicy,
  type OverCpu,
  type Policy,
  type VmRule,
} from '../../contract/policy.ts';
import type { PlanHost, PlanVm } from '../input.ts';

/** Clusters for tests: sizes in GB, VMs in restart order, thresholds of 2 GB free and 90 % CPU. */

export const GB = 1024 ** 3;

/** A host of 64 GB and 16 cores with so much memory free. */
export function host(name: string, freeGb: number, more: Partial<PlanHost> = {}): PlanHost {
  return { name, memoryTotal: 64 * GB, memoryFree: freeGb * GB, cores: 16, cpuPercent: 10, ...more };
}

/** A VM of the failed host n1. */
export function vm(name: string, memoryGb: number, more: Partial<PlanVm> = {}): PlanVm {
  return { uuid: `uuid-${name}`, name, host: 'n1', memory: memoryGb * GB, vcpus: 2, cpuPercent: 10, ...more };
}

export interface Rules {
  vms?: Record<string, VmRule>;
  groups?: GroupRule[];
  overCpu?: OverCpu;
}

/** A policy with the VMs, given by name, in one tier. */
export function policy(names: readonly string[], rules: Rules = {}): Policy {
  return {
    ...initialPolicy,
    tiers: [{ name: 'Normal', vms: names.map((name) => `uuid-${name}`), readiness: { kind: 'started' } }],
    thresholds: { ...initialPolicy.thresholds, overCpu: rules.overCpu ?? 'start' },
    rules: {
      vms: Object.fromEntries(Object.entries(rules.vms ?? {}).map(([name, rule]) => [`uuid-${name}`, rule])),
      groups: rules.groups ?? [],
    },
  };
}

export const group = (kind: GroupRule['kind'], ...names: string[]): GroupRule => ({
  name: names.join('+'),
  kind,
  vms: names.map((name) => `uuid-${name}`),
});

/** By VM name: its host, or null. */
export const hostsOf = (plan: Plan): Record<string, string | null> =>
  Object.fromEntries(plan.vms.map((entry) => [entry.name, entry.outcome === 'start' ? entry.host : null]));
