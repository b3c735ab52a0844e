import fc from 'fast-check';
import type { Script } from './commands.ts';
import { parseCommands } from './commands.ts';
import { type Expectations, violations } from './invariants.ts';
import { outcomeOf } from './outcome.ts';
import { Scenario, type ScenarioCluster, scenarioClusterSchema } from './scenario.ts';

/** A cluster and what is done to it. Shows itself as the files of a scenario. */
export interface Disaster {
  cluster: unknown;
  commands: string;
}

const journaled = [
  'begun',
  'surveyed',
  'planned',
  'starting',
  'started',
  'failed',
  'hung',
  'handed',
  'ended',
];

const clusters = fc
  .record({
    seed: fc.integer({ min: 1, max: 1000 }),
    hosts: fc.array(fc.constantFrom(8, 12, 24), { minLength: 3, maxLength: 5 }),
    vms: fc.array(
      fc.record({
        host: fc.nat({ max: 4 }),
        memory: fc.constantFrom(0.5, 1, 2, 3),
        vcpus: fc.constantFrom(1, 2),
        cpu: fc.constantFrom(5, 20, 60),
        agent: fc.constantFrom(null, null, 3),
        tier: fc.nat({ max: 2 }),
      }),
      { minLength: 1, maxLength: 7 },
    ),
    readiness: fc.constantFrom(
      { kind: 'started' },
      { kind: 'guest-agent', timeoutS: 20 },
      { kind: 'delay', seconds: 2 },
    ),
    startsPerHost: fc.constantFrom(1, 2, 4),
    startTimeoutS: fc.constantFrom(10, 30),
  })
  .map(({ seed, hosts, vms, readiness, startsPerHost, startTimeoutS }) => ({
    seed,
    hosts: hosts.map((memory, index) => ({ name: `n${index + 1}`, memory })),
    vms: withHosts(vms, hosts).map((vm, index) => ({ name: `vm${index + 1}`, ...vm })),
    policy: {
      tiers: [0, 1, 2].map((tier) => ({
        name: `Tier ${tier + 1}`,
        vms: vms.flatMap((vm, index) => (vm.tier === tier ? [`vm${index + 1}`] : [])),
        readiness,
      })),
      takeover: { startsPerHost, startTimeoutS },
    },
  }));

/** Each on the host that was drawn, or on the next one with room. */
function withHosts<T extends { host: number; memory: number }>(
  vms: readonly T[],
  hosts: readonly number[],
): (Omit<T, 'host'> & { host: string })[] {
  const free = hosts.map((memory) => memory * 0.9);
  return vms.map((vm) => {
    const order = hosts.map((_, step) => (vm.host + step) % hosts.length);
    const index = order.find((each) => (free[each] ?? 0) >= vm.memory) ?? 0;
    free[index] = (free[index] ?? 0) - vm.memory;
    return { ...vm, host: `n${index + 1}` };
  });
}

type Cluster = typeof clusters extends fc.Arbitrary<infer T> ? T : never;

const faultsSeconds = { from: 6, to: 80 };
const repairSeconds = 120;
const untilSeconds = 330;

/** What is drawn does not depend on the cluster, so that a failing case shrinks line by line. */
type Line = (host: string, vm: string) => string;

const fault: fc.Arbitrary<Line> = fc.oneof(
  ...(
    [
      [6, (host) => `kill ${host}`],
      [2, (host) => `crash ${host}`],
      [4, (host) => `boot ${host}`],
      [2, (host) => `partition ${host}`],
      [1, () => 'heal'],
      [1, () => 'cut-link 0'],
      [2, (host, vm) => `start-fails ${vm} ${host}`],
      [2, (host, vm) => `start-hangs ${vm} ${host}`],
      [1, (host) => `libvirt-dies ${host}`],
      [1, (host) => `libvirt-returns ${host}`],
      [1, (host) => `fill-disk ${host}`],
      [1, (host) => `unreadable-disk ${host}`],
      [1, (host) => `read-only-disk ${host}`],
      [1, (host) => `repair-disk ${host}`],
      [1, (host) => `fencing-fails ${host}`],
      [1, (_host, vm) => `tamper ${vm}`],
    ] as [number, Line][]
  ).map(([weight, line]) => ({ weight, arbitrary: fc.constant(line) })),
);

const events = fc.record({
  shutDown: fc.array(fc.nat({ max: 6 }), { maxLength: 1 }),
  timed: fc.array(
    fc.record({
      half: fc.integer({ min: faultsSeconds.from * 2, max: faultsSeconds.to * 2 }),
      fault,
      host: fc.nat({ max: 4 }),
      vm: fc.nat({ max: 6 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  triggered: fc.array(
    fc.record({
      step: fc.constantFrom(...journaled),
      count: fc.integer({ min: 1, max: 4 }),
      how: fc.constantFrom('kill-owner', 'kill-takeover'),
    }),
    { maxLength: 2 },
  ),
});

function commandsFor(
  { hosts, vms }: Cluster,
  { shutDown, timed, triggered }: typeof events extends fc.Arbitrary<infer T> ? T : never,
): string {
  const host = (index: number): string => hosts[index % hosts.length]?.name ?? '';
  const vm = (index: number): string => vms[index % vms.length]?.name ?? '';
  return [
    ...shutDown.map((index) => `at 0s vm-shutdown ${vm(index)}`),
    ...triggered.map(({ step, count, how }) => `when ${step} ${count} ${how}`),
    ...[...timed]
      .sort((a, b) => a.half - b.half)
      .map((each) => `at ${each.half / 2}s ${each.fault(host(each.host), vm(each.vm))}`),
    ...repairs(repairSeconds),
    `until ${untilSeconds}s`,
    '',
  ].join('\n');
}

/** Everything works again. */
export const repairs = (seconds: number): string[] =>
  ['calm', 'heal', 'libvirt-returns', 'fencing-works', 'starts-work', 'repair-disks', 'boot'].map(
    (name) => `at ${seconds}s ${name}`,
  );

export const disasters: fc.Arbitrary<Disaster> = fc.tuple(clusters, events).map(([cluster, drawn]) => {
  const commands = commandsFor(cluster, drawn);
  return {
    cluster,
    commands,
    toString: () => `\ncluster.json:\n${JSON.stringify(cluster)}\ncommands:\n${commands}`,
  };
});

/** What does not hold in the end, and the log. */
export async function survive({ cluster, commands }: Disaster): Promise<{ wrong: string[]; log: string[] }> {
  const description = scenarioClusterSchema.parse(cluster);
  const script = parseCommands(commands);
  const scenario = new Scenario(description, script);
  try {
    await scenario.run();
    const since = scenario.clock.now() - scenario.now;
    const wrong = violations(
      scenario,
      await outcomeOf(scenario.cluster),
      expectations(description, script, since),
    );
    return { wrong, log: scenario.lines };
  } finally {
    scenario.cluster.close();
  }
}

function expectations({ vms }: ScenarioCluster, { timed }: Script, since: number): Expectations {
  const named = (...names: string[]): string[] =>
    timed.flatMap(({ action: { name, given } }) => (names.includes(name) ? given.slice(0, 1) : []));
  const shutDown = named('vm-shutdown');
  return {
    wanted: vms.map(({ name }) => name).filter((name) => !shutDown.includes(name)),
    shutDown,
    damaged: named('tamper', 'cut-short'),
    hindered: named('start-fails', 'start-hangs'),
    since,
  };
}
