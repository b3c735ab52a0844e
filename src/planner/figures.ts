import type { Policy, Thresholds } from '../contract/policy.ts';
import type { PlanHost, PlanVm } from './input.ts';

/**
 * CPU is counted in hundredths of a percent of one core, as whole numbers, so that adding and taking away what VMs
 * need never leaves a rounding error behind. Needs are rounded up, room is rounded down.
 */
const CPU_UNITS_PER_PERCENT = 100;

/** Share of its vCPUs a VM is taken to use as long as nobody measured it. */
const UNMEASURED_USE = 0.25;

export const percentOfCoresToUnits = (percent: number): number => percent * CPU_UNITS_PER_PERCENT;

/** CPU units a VM needs. */
export function cpuNeed(vm: PlanVm): number {
  const percentOfOneCore = vm.cpuPercent ?? vm.vcpus * 100 * UNMEASURED_USE;
  return Math.ceil(percentOfCoresToUnits(percentOfOneCore));
}

/** CPU units that are the given use (percent of all its cores) of a host. */
export const cpuUnits = (host: PlanHost, percent: number): number =>
  percentOfCoresToUnits(percent * host.cores);

/** Percent of all its cores that so many CPU units are on a host. */
export const cpuPercent = (host: PlanHost, units: number): number =>
  units / (host.cores * CPU_UNITS_PER_PERCENT);

/** The thresholds that hold for a host: the cluster's, where the host has none of its own. */
export function thresholdsOf(policy: Policy, host: string): Thresholds {
  const { cluster, hosts } = policy.thresholds;
  const own = hosts[host];
  return {
    minFreeMemory: own?.minFreeMemory ?? cluster.minFreeMemory,
    maxCpuPercent: own?.maxCpuPercent ?? cluster.maxCpuPercent,
  };
}
