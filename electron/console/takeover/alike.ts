import { isDeepStrictEqual } from 'node:util';
import type { ClusterInput, PlanHost, PlanVm } from '../../../src/planner/input.ts';

/** Changes up to these change no plan that is worth showing anew at once. */
const CPU_OF_HOST_PERCENT = 2;
const CPU_OF_CORE_PERCENT = 10;
const MEMORY_SHARE = 0.01;

/**
 * Whether two states of a cluster are so alike that the plans of one hold for the other: nothing but measured figures
 * differs, and these only by what they always move.
 */
export function alike(a: ClusterInput, b: ClusterInput): boolean {
  return (
    a.hosts.length === b.hosts.length &&
    a.vms.length === b.vms.length &&
    a.hosts.every((host, index) => sameHost(host, b.hosts[index])) &&
    a.vms.every((vm, index) => sameVm(vm, b.vms[index])) &&
    (a.policy === b.policy || isDeepStrictEqual(a.policy, b.policy))
  );
}

function sameHost(a: PlanHost, b: PlanHost | undefined): boolean {
  return (
    b !== undefined &&
    a.name === b.name &&
    a.unavailable === b.unavailable &&
    a.cores === b.cores &&
    a.memoryTotal === b.memoryTotal &&
    Math.abs(a.cpuPercent - b.cpuPercent) <= CPU_OF_HOST_PERCENT &&
    Math.abs(a.memoryFree - b.memoryFree) <= MEMORY_SHARE * a.memoryTotal
  );
}

function sameVm(a: PlanVm, b: PlanVm | undefined): boolean {
  return (
    b !== undefined &&
    a.uuid === b.uuid &&
    a.name === b.name &&
    a.host === b.host &&
    a.memory === b.memory &&
    a.vcpus === b.vcpus &&
    a.unprotected === b.unprotected &&
    (a.cpuPercent === undefined) === (b.cpuPercent === undefined) &&
    Math.abs((a.cpuPercent ?? 0) - (b.cpuPercent ?? 0)) <= CPU_OF_CORE_PERCENT
  );
}
