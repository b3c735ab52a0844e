import fc from 'fast-check';
import type { GroupRule, Policy, VmRule } from '../../../src/contract/policy.ts';
import { initialPolicy } from '../../../src/contract/policy.ts';
import type { PlanHost, PlanInput, PlanVm } from '../../../src/planner/input.ts';

/** Random clusters small enough to look at every plan there is; tight, and with every kind of rule. */

const GB = 1024 ** 3;
const hostNames = ['n1', 'n2', 'n3', 'n4'] as const;
const mostVms = 7;
const hostName = fc.constantFrom(...hostNames);

/** One in `count` values is true. */
const oneIn = (count: number): fc.Arbitrary<boolean> =>
  fc.integer({ min: 1, max: count }).map((value) => value === count);

/** One in `count` is a value, the others are null. */
const sometimes = <T>(count: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.tuple(oneIn(count), value).map(([there, some]) => (there ? some : null));

const hostShape = fc.record({
  used: fc.integer({ min: 0, max: 8 }),
  free: fc.integer({ min: 2, max: 14 }),
  cores: fc.constantFrom(2, 4, 8),
  cpuPercent: fc.integer({ min: 0, max: 50 }),
  unavailable: oneIn(20),
  ownMinFree: sometimes(4, fc.integer({ min: 0, max: 4 })),
  ownMaxCpu: sometimes(4, fc.integer({ min: 50, max: 100 })),
});

const vmShape = fc.record({
  /** 0 to 3: on that host. Hosts 0 and, in some clusters, 1 fail. 4: nowhere. */
  place: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2, 3, 4),
  memory: fc.integer({ min: 1, max: 6 }),
  cpuPercent: fc.integer({ min: 0, max: 120 }),
  starting: oneIn(6),
  unprotected: oneIn(20),
  leaveDown: oneIn(20),
  excluded: sometimes(8, hostName),
  allowed: sometimes(4, fc.subarray([...hostNames], { minLength: 2 })),
  preferred: sometimes(2, hostName),
  listed: oneIn(4).map((unlisted) => !unlisted),
});

const groupShape = fc.record({
  kind: fc.constantFrom<GroupRule['kind'][]>('keep-together', 'keep-apart'),
  members: fc.uniqueArray(fc.nat({ max: mostVms - 1 }), { minLength: 2, maxLength: 3 }),
});

const clusterShape = fc.record({
  hosts: fc.array(hostShape, { minLength: 3, maxLength: hostNames.length }),
  vms: fc.array(vmShape, { minLength: 2, maxLength: mostVms }),
  groups: fc.array(groupShape, { maxLength: 2 }),
  secondFails: oneIn(3),
  minFree: fc.integer({ min: 0, max: 2 }),
  maxCpu: fc.integer({ min: 60, max: 100 }),
  overCpu: fc.constantFrom<Policy['thresholds']['overCpu'][]>('start', 'leave-down'),
});

type Shape<T> = T extends fc.Arbitrary<infer U> ? U : never;
type VmShape = Shape<typeof vmShape>;
type ClusterShape = Shape<typeof clusterShape>;

const uuidOf = (index: number): string => `uuid-${index}`;

function vmOf(shape: VmShape, index: number, hosts: readonly string[]): PlanVm {
  const host = hosts[shape.place] ?? null;
  return {
    uuid: uuidOf(index),
    name: `vm${index}`,
    host,
    memory: shape.memory * GB,
    vcpus: 2,
    cpuPercent: shape.cpuPercent,
    ...(shape.starting && host !== null ? { starting: true } : {}),
    ...(shape.unprotected ? { unprotected: 'its disk is not on shared storage' } : {}),
    ...(shape.excluded !== null
      ? { excludedHosts: [{ host: shape.excluded, reason: 'its start failed there' }] }
      : {}),
  };
}

function vmRuleOf(shape: VmShape): VmRule {
  return {
    ...(shape.leaveDown ? { restart: 'leave-down' } : {}),
    ...(shape.allowed === null ? {} : { allowedHosts: shape.allowed }),
    ...(shape.preferred === null ? {} : { preferredHost: shape.preferred }),
  };
}

function policyOf(shape: ClusterShape, hosts: readonly string[]): Policy {
  const listed = shape.vms.flatMap((vm, index) => (vm.listed ? [uuidOf(index)] : []));
  const cut = Math.floor(listed.length / 2);
  return {
    format: 1,
    takeover: initialPolicy.takeover,
    revision: 1,
    tiers: [
      { name: 'First', vms: listed.slice(0, cut), readiness: { kind: 'started' } },
      { name: 'Rest', vms: listed.slice(cut), readiness: { kind: 'started' } },
    ],
    thresholds: {
      cluster: { minFreeMemory: shape.minFree * GB, maxCpuPercent: shape.maxCpu },
      hosts: Object.fromEntries(
        shape.hosts.map((host, index) => [
          hosts[index] ?? '',
          {
            ...(host.ownMinFree === null ? {} : { minFreeMemory: host.ownMinFree * GB }),
            ...(host.ownMaxCpu === null ? {} : { maxCpuPercent: host.ownMaxCpu }),
          },
        ]),
      ),
      overCpu: shape.overCpu,
    },
    rules: {
      vms: Object.fromEntries(shape.vms.map((vm, index) => [uuidOf(index), vmRuleOf(vm)])),
      groups: shape.groups.map(({ kind, members }, index) => ({
        name: `group ${index}`,
        kind,
        vms: members.map(uuidOf),
      })),
    },
  };
}

function inputOf(shape: ClusterShape): PlanInput {
  const names = hostNames.slice(0, shape.hosts.length);
  const hosts = shape.hosts.map(
    (host, index): PlanHost => ({
      name: names[index] ?? '',
      memoryTotal: (host.used + host.free + 1) * GB,
      memoryFree: host.free * GB,
      cores: host.cores,
      cpuPercent: host.cpuPercent,
      ...(host.unavailable ? { unavailable: 'it is in maintenance' } : {}),
    }),
  );
  return {
    hosts,
    vms: shape.vms.map((vm, index) => vmOf(vm, index, names)),
    policy: policyOf(shape, names),
    failed: shape.secondFails ? ['n1', 'n2'] : ['n1'],
  };
}

export const smallCluster: fc.Arbitrary<PlanInput> = clusterShape.map(inputOf);
