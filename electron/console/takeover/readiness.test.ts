import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ClusterReadiness, HostView } from '../../../src/contract/consoleApi.ts';
import type { FailoverRecord } from '../../../src/contract/failover.ts';
import type { Sections } from '../../../src/contract/hostState.ts';
import { initialPolicy } from '../../../src/contract/policy.ts';
import { createEventHub } from '../events.ts';
import {
  CLUSTER,
  clusterSection,
  GB,
  hostView,
  loadOf,
  policySection,
  runningVm,
} from '../testing/clusterViews.ts';
import { manualClock } from '../testing/manualClock.ts';
import { keepReadiness } from './readiness.ts';

const tight = { ...loadOf(4) };

function setUp(first: HostView[]) {
  let views = first;
  const records: FailoverRecord[] = [];
  const clock = manualClock(1000);
  const events = createEventHub(true);
  const told: ClusterReadiness[] = [];
  const removed: string[] = [];
  events.onEvent((event) => {
    if (event.name === 'cluster.readiness') told.push(event.data);
    if (event.name === 'cluster.readinessRemoved') removed.push(event.data.clusterId);
  });
  const logger = pino({ level: 'silent' });
  const keeper = keepReadiness({ views: () => views, events, clock, logger, records: () => records });
  const touch = (section: keyof Sections = 'load') =>
    events.emit('host.section', { hostId: 'h-n1', section, at: 0, data: {} });
  return {
    records,
    clock,
    told,
    removed,
    keeper,
    touch,
    /** The state changes, and so much time goes by. */
    become: async (next: HostView[], ms = 1500, section: keyof Sections = 'load') => {
      views = next;
      touch(section);
      clock.advance(ms);
      await vi.advanceTimersByTimeAsync(ms);
      // Between two hosts the work waits for a turn that no timer makes.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const three = (n1: Partial<Sections> = {}, vms = [runningVm('a', 8), runningVm('b', 8)]) => [
  hostView('n1', vms, { sections: n1 }),
  hostView('n2', [], { sections: { load: loadOf(12) } }),
  hostView('n3', [], { sections: { load: tight } }),
];
const down = (readiness: ClusterReadiness | undefined) =>
  Object.fromEntries(
    (readiness?.hosts ?? []).map(({ host, plan }) => [
      host,
      plan.vms.filter((vm) => vm.outcome === 'stays-down').map((vm) => vm.name),
    ]),
  );

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('readiness', () => {
  test('tells for each host which VMs would stay down', async () => {
    const { become, told, keeper } = setUp([]);
    await become(three());
    expect(told).toHaveLength(1);
    expect(down(told[0])).toEqual({ n1: ['b'], n2: [], n3: [] });
    expect(told[0]).toMatchObject({ clusterId: CLUSTER, problems: [] });
    expect(keeper.list()).toEqual(told);
  });

  test('warns where past starts took nearly as long as they may', async () => {
    const { become, told, records } = setUp([]);
    records.push({
      format: 1,
      id: '11111111-1111-4111-8111-111111111111',
      clusterId: CLUSTER,
      kind: 'takeover',
      failed: ['n1'],
      owners: [{ host: 'n2', from: 1 }],
      times: { begun: 1 },
      fencing: {},
      vms: [
        {
          uuid: 'uuid-a',
          name: 'a',
          home: 'n1',
          tier: 0,
          tierName: 'Normal',
          attempts: [{ host: 'n2', startedAt: 1000, endedAt: 58_000, outcome: 'running' }],
          outcome: 'running',
          reasons: [],
          handedOver: true,
        },
      ],
      findings: [],
    });
    await become(three());
    expect(told[0]?.problems).toMatchObject([{ id: 'start-timeout-short', severity: 'warning' }]);
  });

  test('leaves out why started VMs are not elsewhere, and keeps why others stay down', async () => {
    const { become, told } = setUp([]);
    await become(three());
    const vms = told[0]?.hosts[0]?.plan.vms;
    expect(vms?.map((vm) => vm.refused.length)).toEqual([0, 2]);
  });

  test('is not worked out again for what moves all the time, but after a while', async () => {
    const { become, told } = setUp([]);
    await become(three());
    const moved = { load: { ...loadOf(32), cpuPercent: 11.5, memoryFree: 32 * GB - 1 } };
    await become(three(moved));
    expect(told).toHaveLength(1);
    await become(three(moved), 30_000);
    await become(three(moved));
    expect(told).toHaveLength(2);
    await become(three(moved), 60_000);
    expect(told).toHaveLength(2);
  });

  test.each<[string, HostView[]]>([
    ['load', three({ load: { ...loadOf(32), cpuPercent: 14 } })],
    ['memory', three({ load: loadOf(30) })],
    ['VMs', three({}, [runningVm('a', 8)])],
    ['policy', three({ policy: policySection({ policy: { ...initialPolicy, revision: 1 } }) })],
    ['maintenance', three({ policy: policySection({ maintenance: { n2: { since: 1 } } }) })],
    ['membership', three({ cluster: clusterSection({ n1: true, n2: true, n3: false }) })],
  ])('follows a change of %s', async (_, next) => {
    const { become, told } = setUp([]);
    await become(three());
    await become(next);
    expect(told).toHaveLength(2);
  });

  test('looks at most once a second, whatever comes', async () => {
    const { become, told } = setUp([]);
    await become(three(), 200);
    for (let step = 1; step <= 18; step++) await become(three({ load: loadOf(32 - step) }), 100);
    expect(told.length).toBeLessThanOrEqual(3);
    expect(told.length).toBeGreaterThan(1);
  });

  test('rests nineteen times as long as the last look took', async () => {
    const { become, told } = setUp([]);
    // Asked before and after each of its four parts, three hosts and the end: 400 ms in all.
    let passed = 0;
    let perAnswer = 100;
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + (passed += perAnswer));
    onTestFinished(() => clock.mockRestore());
    // The look comes at the very end of this time, and is over before any more passes.
    await become(three(), 100);
    perAnswer = 0;
    expect(told).toHaveLength(1);
    await become(three({ load: loadOf(20) }), 7000);
    expect(told).toHaveLength(1);
    await become(three({ load: loadOf(20) }), 1000);
    expect(told).toHaveLength(2);
  });

  test('does not care for what no plan depends on', async () => {
    const { become, told } = setUp([]);
    await become(three(), 1500, 'history');
    expect(told).toEqual([]);
  });

  test('says so without quorum, and with a policy that contradicts itself', async () => {
    const { become, told } = setUp([]);
    const policy = {
      ...initialPolicy,
      rules: { vms: {}, groups: [{ name: 'one', kind: 'keep-apart' as const, vms: ['uuid-a'] }] },
    };
    const sections = {
      cluster: clusterSection({ n1: true, n2: false, n3: false }, { quorate: false }),
      policy: policySection({ policy }),
    };
    await become([hostView('n1', [], { sections })]);
    expect(told[0]?.problems.map(({ id }) => id)).toEqual(['readiness-no-quorum', 'policy-group-too-small']);
    expect(told[0]?.hosts.map(({ host }) => host)).toEqual(['n1']);
  });

  test('tells nothing of the failure of a host of which nobody knows what runs there', async () => {
    const { become, told } = setUp([]);
    await become([hostView('n1'), hostView('n2')]);
    expect(told[0]?.hosts.map(({ host }) => host)).toEqual(['n1', 'n2']);
    expect(told[0]?.hosts[0]?.plan.hosts.map(({ host }) => host)).toEqual(['n2']);
    expect(told[0]?.problems).toMatchObject([{ id: 'host-figures-unknown', host: 'n3' }]);
  });

  test('is gone when nobody of the cluster is online any more', async () => {
    const { become, removed, keeper } = setUp([]);
    await become(three());
    await become(three().map((view) => ({ ...view, connection: { state: 'failed', since: 0 } })));
    expect(removed).toEqual([CLUSTER]);
    expect(keeper.list()).toEqual([]);
  });

  test('ends with the core', async () => {
    const { become, told, keeper, touch } = setUp([]);
    touch();
    keeper.dispose();
    await become(three());
    expect(told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
