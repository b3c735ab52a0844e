import { MinimeError } from '../contract/errors.ts';
import type { GroupRule, Policy } from '../contract/policy.ts';
import type { ClusterInput, PlanHost, PlanVm } from './input.ts';
import { compareText, restartOrder } from './restartOrder.ts';

/** What is the same whichever host fails; worked out once for all of them. */
export interface Cluster {
  /** By name. */
  hosts: readonly PlanHost[];
  policy: Policy;
  /** In restart order. */
  vms: readonly { vm: PlanVm; tier: number }[];
  vmByUuid: ReadonlyMap<string, PlanVm>;
  /** The keep-together and keep-apart rules a VM (uuid) is part of. */
  groupsOf: ReadonlyMap<string, readonly GroupRule[]>;
}

function indexOnce<T>(kind: string, values: readonly T[], key: (value: T) => string): Map<string, T> {
  const index = new Map<string, T>();
  for (const value of values) {
    if (index.has(key(value))) {
      throw new MinimeError({
        kind: 'invalid-input',
        message: `No plan can be made: the ${kind} ${key(value)} is given twice.`,
        cause: 'Two hosts report the same name or the same VM.',
        remedy: 'Find out which of the two reports is true before anything is started.',
      });
    }
    index.set(key(value), value);
  }
  return index;
}

/** Throws `invalid-input` if a host name or a VM uuid comes twice. */
export function readCluster({ hosts, vms, policy }: ClusterInput): Cluster {
  indexOnce('host', hosts, (host) => host.name);
  const vmByUuid = indexOnce('VM', vms, (vm) => vm.uuid);
  const groupsOf = new Map<string, GroupRule[]>();
  for (const group of policy.rules.groups) {
    for (const uuid of new Set(group.vms)) {
      const known = groupsOf.get(uuid);
      if (known === undefined) groupsOf.set(uuid, [group]);
      else known.push(group);
    }
  }
  return {
    hosts: [...hosts].sort((a, b) => compareText(a.name, b.name)),
    policy,
    vms: restartOrder(policy, vms),
    vmByUuid,
    groupsOf,
  };
}
