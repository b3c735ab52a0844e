import { initialPolicy } from '../../../src/contract/policy.ts';
import type { PlanHost, PlanInput, PlanVm } from '../../../src/planner/input.ts';

const GB = 1024 ** 3;

/** A node with so many CPUs, and 1024 MB for each. */
const node = (name: string, cpus: number): PlanHost => ({
  name,
  cores: cpus,
  memoryTotal: cpus * GB,
  memoryFree: cpus * GB,
  cpuPercent: 0,
});

/** A resource that needs so many CPUs, and 1024 MB for each. */
const resource = (name: string, cpus: number): PlanVm => ({
  uuid: name,
  name,
  host: 'failed',
  memory: cpus * GB,
  vcpus: cpus,
  cpuPercent: cpus * 100,
});

/**
 * The two nodes and three resources of Pacemaker Explained, chapter "Utilization and Placement Strategy". Its section
 * "Limitations and Workarounds" says that Pacemaker leaves rsc-large inactive, "which is not ideal".
 */
export const pacemakerExample: PlanInput = {
  hosts: [node('node1', 2), node('node2', 4)],
  vms: [resource('rsc-small', 1), resource('rsc-medium', 2), resource('rsc-large', 3)],
  policy: {
    ...initialPolicy,
    tiers: [
      { name: 'Normal', vms: ['rsc-small', 'rsc-medium', 'rsc-large'], readiness: { kind: 'started' } },
    ],
    thresholds: { cluster: { minFreeMemory: 0, maxCpuPercent: 100 }, hosts: {}, overCpu: 'leave-down' },
  },
  failed: ['failed'],
};
