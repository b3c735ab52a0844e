import { describe, expect, test } from 'vitest';
import { initialPolicy } from '../../../src/contract/policy.ts';
import {
  CLUSTER,
  clusterSection,
  GB,
  hostView,
  loadOf,
  policySection,
  runningVm,
  systemSection,
} from '../testing/clusterViews.ts';
import { readClusterState } from './clusterState.ts';
import { surveysOf } from './surveys.ts';

const n1Away = clusterSection({ n1: false, n2: true, n3: true });
const stateOf = (...views: Parameters<typeof readClusterState>[0]) => readClusterState(views, CLUSTER);
const runningOn = ({ surveys }: ReturnType<typeof surveysOf>) =>
  Object.fromEntries(surveys.map((survey) => [survey.host, survey.running.map((vm) => vm.name)]));
const unavailable = (result: ReturnType<typeof surveysOf>) =>
  Object.fromEntries(
    [...result.surveys, ...result.silent].flatMap((one) =>
      one.unavailable === undefined ? [] : [[one.host, one.unavailable]],
    ),
  );

describe('what the hosts of a cluster told, as a survey', () => {
  test('has running VMs with what they need', () => {
    const vms = [
      runningVm('a', 4),
      runningVm('paused', 1, { state: 'paused' }),
      runningVm('off', 1, { state: 'shut-off' }),
      runningVm('local', 2, {
        protection: {
          protected: false,
          findings: [
            { id: 'w', severity: 'warning', title: 'A warning.' },
            { id: 'e', severity: 'error', title: 'Disk vda is not on shared storage.' },
          ],
        },
      }),
    ];
    const load = loadOf(20, { 'uuid-a': { cpuPercent: 150, memoryUsed: 5 * GB } });
    const { surveys, silent, problems } = surveysOf(
      stateOf(hostView('n1', vms, { sections: { load } }), hostView('n2'), hostView('n3')),
    );
    expect([silent, problems]).toEqual([[], []]);
    expect(surveys[0]).toEqual({
      host: 'n1',
      memoryTotal: 64 * GB,
      memoryFree: 20 * GB,
      cores: 16,
      cpuPercent: 10,
      running: [
        { uuid: 'uuid-a', name: 'a', memory: 5 * GB, vcpus: 2, cpuPercent: 150, starting: false },
        { uuid: 'uuid-paused', name: 'paused', memory: GB, vcpus: 2, starting: false },
        {
          uuid: 'uuid-local',
          name: 'local',
          memory: 2 * GB,
          vcpus: 2,
          starting: false,
          unprotected: 'disk vda is not on shared storage',
        },
      ],
    });
  });

  test('has VMs whose saved definition could not be used as unprotected, where that is known', () => {
    const vms = ['current', 'stale', 'tampered', 'unreadable', 'missing'].map((name) => runningVm(name, 1));
    const definitions = (['current', 'stale', 'tampered', 'unreadable'] as const).map((state) => ({
      uuid: `uuid-${state}`,
      name: state,
      hash: '',
      savedAt: 0,
      state,
    }));
    const disk = {
      home: 'n1',
      source: '',
      size: 1,
      used: 1,
      readOnly: false,
      lastSyncAt: 0,
      definitions,
      problems: [],
    };
    const sections = { quorumDisks: { disks: [disk] } };
    const reasons = (n1: ReturnType<typeof hostView>) =>
      surveysOf(stateOf(n1, hostView('n2'))).surveys[0]?.running.map((vm) => vm.unprotected);
    expect(reasons(hostView('n1', vms, { sections }))).toEqual([
      undefined,
      undefined,
      'its saved definition was changed by someone else',
      'its saved definition cannot be read',
      'its definition has not been saved yet',
    ]);
    expect(reasons(hostView('n1', vms))).toEqual(vms.map(() => undefined));
  });

  test.each([
    ['in maintenance', hostView('n2'), { n2: { since: 1 } }, 'it is in maintenance'],
    [
      'out of touch',
      hostView('n2', [], { state: 'reconnecting' }),
      {},
      'the console is not connected to it, so its figures are old',
    ],
    [
      'without its hypervisor',
      hostView('n2', [], {
        sections: {
          system: { ...systemSection('n2'), hypervisor: { kind: 'libvirt', reachable: false } },
        },
      }),
      {},
      'its hypervisor does not answer',
    ],
  ])('gives nothing to a host that is %s', (_, n2, maintenance, reason) => {
    const n1 = hostView('n1', [], { sections: { policy: policySection({ maintenance }) } });
    expect(unavailable(surveysOf(stateOf(n1, n2, hostView('n3'))))).toEqual({ n2: reason });
  });

  test('says of which hosts nothing is known', () => {
    const never = { ...hostView('n2', [], { state: 'failed' }), sections: {} };
    const entry = { ...never.entry, lastKnown: { nodeName: 'n2', cluster: { id: CLUSTER, name: 'demo' } } };
    const result = surveysOf(stateOf(hostView('n1'), { ...never, entry }));
    expect(unavailable(result)).toEqual({
      n2: 'the console is not connected to it, so its figures are old',
      n3: 'it is not in the inventory of this console, so its figures are not known',
    });
    expect(result.problems).toMatchObject([
      { id: 'host-figures-unknown', host: 'n2', remedy: 'Connect to n2.' },
      { id: 'host-figures-unknown', host: 'n3', remedy: 'Add n3 to the console.' },
    ]);
  });

  test('counts what ran on a lost host only when its failure is asked for, and what runs elsewhere there', () => {
    const lost = hostView('n1', [runningVm('a', 1), runningVm('b', 1)], { state: 'reconnecting' });
    const sections = { cluster: n1Away };
    const state = stateOf(
      lost,
      hostView('n2', [runningVm('a', 1)], { sections }),
      hostView('n3', [], { sections }),
    );
    expect(runningOn(surveysOf(state))).toEqual({ n1: [], n2: ['a'], n3: [] });
    expect(runningOn(surveysOf(state, ['n1']))).toEqual({ n1: ['b'], n2: ['a'], n3: [] });
    expect(unavailable(surveysOf(state))).toEqual({ n1: 'it is not a member of the cluster now' });
  });
});

describe('the state of a cluster', () => {
  test('is what those with quorum say', () => {
    const minority = clusterSection({ n1: true, n2: false, n3: false }, { quorate: false });
    const old = { ...initialPolicy, revision: 7 };
    const current = { ...initialPolicy, revision: 6 };
    const state = stateOf(
      hostView('n1', [], { sections: { cluster: minority, policy: policySection({ policy: old }) } }),
      hostView('n2', [], { sections: { cluster: n1Away, policy: policySection({ policy: current }) } }),
    );
    expect(state.hosts.map(({ name, member, online }) => [name, member, online])).toEqual([
      ['n1', false, true],
      ['n2', true, true],
      ['n3', true, false],
    ]);
    expect(state.policy).toBe(current);
  });

  test('follows the newest policy of those that count alike, and knows none without one', () => {
    const edited = { ...initialPolicy, revision: 2 };
    const policy = policySection({ policy: edited });
    expect(stateOf(hostView('n1'), hostView('n2', [], { sections: { policy } })).policy).toBe(edited);
    expect(stateOf(hostView('n1')).policy).toBe(initialPolicy);
    const { policy: _, ...rest } = hostView('n1').sections;
    expect(stateOf({ ...hostView('n1'), sections: rest }).policy).toBeNull();
  });

  test('tells of no members while nobody who knows is online', () => {
    const state = stateOf(hostView('n1', [], { state: 'failed' }));
    expect(state.hosts.map(({ member }) => member)).toEqual([null, null, null]);
  });
});
