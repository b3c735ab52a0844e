import { initialPolicy, type Policy } from '../../../src/contract/policy.ts';
import { type VmName, vmNames } from './vms.ts';

const mebibyte = 1024 * 1024;
/** What is different from a policy that keeps no VM down. */
export interface PolicyChange {
  preferred?: Partial<Record<VmName, string>>;
  /** Seconds between the first tier (db) and the rest. */
  delayS?: number;
  takeover?: Partial<Policy['takeover']>;
  minFreeMemory?: Record<string, number>;
}

export function policyOf(
  { preferred = {}, delayS, takeover, minFreeMemory = {} }: PolicyChange,
  { revision, uuid }: { revision: number; uuid: (vm: VmName) => string },
): Policy {
  return {
    ...initialPolicy,
    revision,
    tiers: [
      {
        name: 'First',
        vms: [uuid('db')],
        readiness: delayS === undefined ? { kind: 'started' } : { kind: 'delay', seconds: delayS },
      },
      {
        name: 'Rest',
        vms: vmNames.filter((vm) => vm !== 'db').map(uuid),
        readiness: { kind: 'started' },
      },
    ],
    thresholds: {
      cluster: { minFreeMemory: 64 * mebibyte, maxCpuPercent: 100 },
      hosts: Object.fromEntries(
        Object.entries(minFreeMemory).map(([host, bytes]) => [host, { minFreeMemory: bytes }]),
      ),
      overCpu: 'start',
    },
    rules: {
      vms: Object.fromEntries(
        Object.entries(preferred).map(([vm, host]) => [uuid(vm as VmName), { preferredHost: host }]),
      ),
      groups: [],
    },
    takeover: { ...initialPolicy.takeover, startTimeoutS: 60, ...takeover },
  };
}
