import type { Policy } from '../contract/policy.ts';

/** A host as it is at the moment of planning. */
export interface PlanHost {
  name: string;
  /** Bytes. */
  memoryTotal: number;
  /** Bytes a new VM could get without swapping. */
  memoryFree: number;
  cores: number;
  /** Use of all cores together, 0 to 100. */
  cpuPercent: number;
  /** Why it takes no VM at all (maintenance, libvirt does not answer …); absent: it does. */
  unavailable?: string;
}

/** A VM that runs, or ran on a host that failed, or is to be started. VMs that are meant to be off are not given. */
export interface PlanVm {
  uuid: string;
  name: string;
  /** Where it runs, or ran; null: it runs nowhere and is to be started. */
  host: string | null;
  /** Bytes a host must have for it, the hypervisor's own overhead included as far as the caller knows it. */
  memory: number;
  vcpus: number;
  /** Measured use, in percent of one core; absent: never measured, and estimated from the vCPUs. */
  cpuPercent?: number;
  /** It was just started on `host`: what it needs is not yet part of that host's figures. */
  starting?: boolean;
  /** Why it cannot be started on another host than the one it ran on. */
  unprotected?: string;
  /** Hosts this VM cannot run on, and why: its start failed there, a bridge is missing … */
  excludedHosts?: readonly { host: string; reason: string }[];
}

export interface ClusterInput {
  hosts: readonly PlanHost[];
  vms: readonly PlanVm[];
  policy: Policy;
  /** Bound of the search for one plan, in steps. */
  searchLimit?: number;
}

export interface PlanInput extends ClusterInput {
  /** Names of the hosts that failed. Their VMs, and those that run nowhere, are planned. */
  failed: readonly string[];
}
