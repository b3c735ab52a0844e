import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineTiming } from '../../contract/clusterState.ts';
import { initialPolicy, type Policy } from '../../contract/policy.ts';
import { noEngine } from '../pacemaker/compose.ts';
import { readPolicySection } from '../sections/policy.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { enterMaintenance, leaveMaintenance, noteFenceTest } from './notes.ts';
import { readPolicy, readPolicyInForce, setPolicy, surplusRevisions } from './policy.ts';
import { timeoutProblems } from './timeouts.ts';

let folder = '';
let fake: FakeHost;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-policy-'));
  fake = new FakeHost(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const edit = (revision: number, name = 'Normal'): Policy => ({
  ...initialPolicy,
  revision,
  tiers: [{ name, vms: [], readiness: { kind: 'started' } }],
});

describe('the policy', () => {
  it('is nobody’s at first', async () => {
    expect(await readPolicy(fake.host)).toBeNull();
  });

  it('is that of the last edit', async () => {
    expect(await setPolicy(fake.host, edit(0, 'First'), 'anna')).toBe(1);
    expect(await setPolicy(fake.host, edit(1, 'Zweite Stufe “ü”'), 'bert')).toBe(2);
    expect(await readPolicy(fake.host)).toMatchObject({
      revision: 2,
      editedBy: 'bert',
      editedAt: fake.now,
      policy: { revision: 2, tiers: [{ name: 'Zweite Stufe “ü”' }] },
    });
  });

  it('tells the second of two editors', async () => {
    await setPolicy(fake.host, edit(0), 'anna');
    await expect(setPolicy(fake.host, edit(0), 'bert')).rejects.toMatchObject({
      info: { kind: 'conflict', message: expect.stringContaining('anna') },
    });
  });

  it('tells the second of two editors at the very same time', async () => {
    const both = await Promise.allSettled([
      setPolicy(fake.host, edit(0, 'A'), 'anna'),
      setPolicy(fake.host, edit(0, 'B'), 'bert'),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect([...fake.documents.keys()]).toEqual(['policy-1']);
  });

  it('keeps the five latest', async () => {
    for (let revision = 0; revision < 8; revision++) await setPolicy(fake.host, edit(revision), 'anna');
    expect([...fake.documents.keys()]).toEqual(['policy-4', 'policy-5', 'policy-6', 'policy-7', 'policy-8']);
  });

  it('keeps fewer of very big ones', () => {
    const big = 'x'.repeat(90_000);
    const documents = new Map([1, 2, 3, 4].map((revision) => [`policy-${revision}`, big]));
    expect(surplusRevisions(documents)).toEqual([2, 1]);
    const huge = new Map([1, 2].map((revision) => [`policy-${revision}`, big.repeat(3)]));
    expect(surplusRevisions(huge)).toEqual([]);
  });

  it.each(['', '{', '{"policy":{"format":2}}', 'null'])(
    'that cannot be understood (%j) is a problem, and the one before it counts',
    async (text) => {
      await setPolicy(fake.host, edit(0, 'Good'), 'anna');
      fake.documents.set('policy-2', text);
      const { found, newest, problems } = await readPolicyInForce(fake.host);
      expect(found).toMatchObject({ revision: 1 });
      expect(newest).toBe(2);
      expect(problems).toMatchObject([{ id: 'policy-unreadable', severity: 'error', subject: 'policy-2' }]);
      // It is not written over by somebody who never saw it.
      await expect(setPolicy(fake.host, edit(1), 'bert')).rejects.toMatchObject({ kind: 'conflict' });
      expect(await setPolicy(fake.host, edit(2), 'bert')).toBe(3);
    },
  );

  it('is no document of another name', async () => {
    fake.documents.set('policy-x', '{}').set('policy-01', '{}').set('policy-', '{}');
    expect(await readPolicyInForce(fake.host)).toEqual({ found: null, newest: 0, problems: [] });
  });
});

describe('the section policy', () => {
  const read = (): ReturnType<typeof readPolicySection> =>
    readPolicySection(fake.host, (uuid) => `<${uuid}>`);

  beforeEach(() => {
    fake.engine = {
      ...noEngine,
      engine: 'running',
      fencing: { ...noEngine.fencing, enabled: true, method: 'sbd-disk' },
    };
  });

  it('is empty on a host without a cluster', async () => {
    fake.config = undefined;
    expect(await read()).toEqual({ policy: null, maintenance: {}, problems: [] });
  });

  it('shows who is in maintenance', async () => {
    await enterMaintenance(fake.host, 'n2');
    fake.documents.set('maintenance-n3', 'damaged');
    expect((await read()).maintenance).toEqual({ n2: { since: fake.now }, n3: { since: 0 } });
    await leaveMaintenance(fake.host, 'n2');
    expect(Object.keys((await read()).maintenance)).toEqual(['n3']);
  });

  it('warns until fencing was tested', async () => {
    expect((await read()).problems).toMatchObject([{ id: 'fencing-never-tested' }]);
    await noteFenceTest(fake.host, 'n2', 'sbd-disk');
    fake.now += 1;
    await noteFenceTest(fake.host, 'n3', 'sbd-disk');
    expect(await read()).toMatchObject({ fenceTested: { at: fake.now, target: 'n3' }, problems: [] });
  });

  it('warns again once the cluster fences by another method', async () => {
    await noteFenceTest(fake.host, 'n2', 'agent');
    expect((await read()).problems).toMatchObject([
      { id: 'fencing-never-tested', title: expect.stringContaining('method that the cluster uses now') },
    ]);
    // Noted by an older version, which did not say by which one.
    fake.documents.set('fence-tested', JSON.stringify({ at: 1, target: 'n2' }));
    expect((await read()).problems).toEqual([]);
  });

  it('shows contradictions with the names of VMs', async () => {
    await noteFenceTest(fake.host, 'n2', 'sbd-disk');
    const vms = ['u', 'u'];
    await setPolicy(
      fake.host,
      { ...edit(0), tiers: [{ name: 'T', vms, readiness: { kind: 'started' } }] },
      'anna',
    );
    expect((await read()).problems).toMatchObject([{ id: 'policy-vm-listed-twice', subject: '<u>' }]);
  });

  it('shows timeouts that do not fit', async () => {
    await noteFenceTest(fake.host, 'n2', 'sbd-disk');
    fake.engine.timing = { watchdogS: 5, msgwaitS: 6, stonithTimeoutS: 60 };
    expect((await read()).problems).toMatchObject([{ id: 'timeouts-do-not-fit', subject: 'msgwait' }]);
  });
});

describe('waiting times', () => {
  it.each<[string, 'sbd-disk' | 'sbd-watchdog' | 'agent', EngineTiming, string[]]>([
    ['as deployed', 'sbd-disk', { watchdogS: 5, msgwaitS: 10, stonithTimeoutS: 60 }, []],
    ['just so', 'sbd-disk', { watchdogS: 15, msgwaitS: 30, stonithTimeoutS: 36 }, []],
    ['pill counts too early', 'sbd-disk', { watchdogS: 5, msgwaitS: 9, stonithTimeoutS: 60 }, ['msgwait']],
    [
      'given up too early',
      'sbd-disk',
      { watchdogS: 5, msgwaitS: 10, stonithTimeoutS: 11 },
      ['stonith-timeout'],
    ],
    [
      'both',
      'sbd-disk',
      { watchdogS: 40, msgwaitS: 60, stonithTimeoutS: 60 },
      ['msgwait', 'stonith-timeout'],
    ],
    ['disk unreadable', 'sbd-disk', { stonithTimeoutS: 1 }, []],
    ['as deployed', 'sbd-watchdog', { watchdogS: 5, stonithWatchdogTimeoutS: 10, consensusMs: 1200 }, []],
    ['left to Pacemaker', 'sbd-watchdog', { watchdogS: 5, stonithWatchdogTimeoutS: -1 }, []],
    ['not set', 'sbd-watchdog', { watchdogS: 5 }, ['stonith-watchdog-timeout']],
    ['off', 'sbd-watchdog', { watchdogS: 5, stonithWatchdogTimeoutS: 0 }, ['stonith-watchdog-timeout']],
    [
      'too early',
      'sbd-watchdog',
      { watchdogS: 6, stonithWatchdogTimeoutS: 10 },
      ['stonith-watchdog-timeout'],
    ],
    [
      'slow consensus',
      'sbd-watchdog',
      { watchdogS: 5, stonithWatchdogTimeoutS: 10, consensusMs: 6000 },
      ['stonith-watchdog-timeout'],
    ],
    [
      'given up before the watchdog counts',
      'sbd-watchdog',
      { watchdogS: 5, stonithWatchdogTimeoutS: 60, stonithTimeoutS: 60 },
      ['stonith-timeout'],
    ],
    ['of an agent', 'agent', { stonithTimeoutS: 1, msgwaitS: 10 }, []],
    ['Corosync as deployed', 'agent', { tokenMs: 3650, consensusMs: 4380 }, []],
    ['a hasty consensus', 'agent', { tokenMs: 10_000, consensusMs: 1200 }, ['consensus']],
    [
      'a hasty consensus and more',
      'sbd-disk',
      { tokenMs: 3000, consensusMs: 3000, watchdogS: 5, msgwaitS: 6 },
      ['msgwait', 'consensus'],
    ],
  ])('%s (%s)', (_case, method, timing, expected) => {
    expect(timeoutProblems(method, timing).map(({ subject }) => subject)).toEqual(expected);
  });
});
