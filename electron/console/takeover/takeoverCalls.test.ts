import { pino } from 'pino';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ResponseError } from 'vscode-jsonrpc';
import type { HostCallName } from '../../../src/contract/hostProtocol.ts';
import type { Sections } from '../../../src/contract/hostState.ts';
import { initialPolicy } from '../../../src/contract/policy.ts';
import { createEventHub } from '../events.ts';
import { createSessions } from '../sessions/sessions.ts';
import { CLUSTER, clusterSection, hostView, runningVm } from '../testing/clusterViews.ts';
import { manualClock } from '../testing/manualClock.ts';
import { type ScriptedLink, scriptedLink } from '../testing/scriptedLink.ts';
import { scriptedVmcl } from '../testing/scriptedVmcl.ts';
import { followRecords } from './records.ts';
import { createTakeoverCalls } from './takeoverCalls.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const UUID = '22222222-2222-4222-8222-222222222222';
const record = {
  format: 1 as const,
  id: ID,
  clusterId: CLUSTER,
  kind: 'takeover' as const,
  failed: ['n1'],
  owners: [{ host: 'n3', from: 1 }],
  times: { begun: 30_000, detected: 10_000, fenced: 25_000, ended: 60_000 },
  fencing: {},
  vms: [],
  findings: [],
};
const summary = {
  id: ID,
  kind: 'takeover' as const,
  failed: ['n1'],
  owner: 'n3',
  begun: 30_000,
  ended: 60_000,
  counts: { total: 0, running: 0, down: 0, refused: 0 },
};

interface HostScript {
  sections?: Partial<Sections>;
  /** What calls are answered with; a call that is not here is not known. */
  answers?: Partial<Record<HostCallName, unknown>>;
  offline?: boolean;
}

/** Real sessions over scripted hosts, and the calls as a renderer makes them. */
async function setUp(scripts: Record<string, HostScript>) {
  const logger = pino({ level: 'silent' });
  const events = createEventHub(true);
  const links = new Map<string, ScriptedLink>();
  const asked: [host: string, call: string, params: unknown][] = [];
  const sessions = createSessions({
    openLink: ({ address }) => {
      const link = scriptedLink(address);
      links.set(address, link);
      return link;
    },
    consoleVersion: '0.1.0',
    events,
    clock: manualClock(),
    logger,
  });
  const records = followRecords({ sessions, events, logger });
  onTestFinished(() => {
    records.dispose();
    sessions.dispose();
  });
  for (const [name, { sections, answers = {}, offline }] of Object.entries(scripts)) {
    const { entry, sections: all } = hostView(name, [], sections === undefined ? {} : { sections });
    sessions.open(entry);
    const vmcl = scriptedVmcl({ sections: all });
    for (const [call, answer] of Object.entries(answers)) {
      vmcl.connection.onRequest(call, (params: unknown) => {
        asked.push([name, call, params]);
        return answer;
      });
    }
    const link = links.get(entry.address);
    if (link === undefined) throw new Error('no link');
    link.serve = () => vmcl.remote;
    link.set({ state: 'connected', privilege: 'root' });
    await vi.waitFor(() => expect(sessions.get(entry.id).view().connection.state).toBe('online'));
    if (offline === true) link.set({ state: 'reconnecting' });
  }
  const calls = createTakeoverCalls({ sessions, records, editor: 'ann@desk' });
  return { calls, asked, records };
}

const noQuorum = clusterSection({ n1: true, n2: false, n3: false }, { quorate: false });
const lost = clusterSection({ n1: false, n2: true, n3: true });

describe('policy.set', () => {
  const set = { 'policy.set': { revision: 4 } };

  test('goes to a host that holds quorum, with the name of the editor', async () => {
    const { calls, asked } = await setUp({
      n1: { sections: { cluster: noQuorum }, answers: set },
      n2: { sections: { cluster: lost }, answers: set },
    });
    expect(await calls['policy.set']({ clusterId: CLUSTER, policy: initialPolicy })).toEqual({ revision: 4 });
    expect(asked).toEqual([['n2', 'policy.set', { policy: initialPolicy, editedBy: 'ann@desk' }]]);
  });

  test('passes on that another edit came first', async () => {
    const conflict = new ResponseError(1, 'x', { kind: 'conflict', message: 'Edited by bob.' });
    const { calls } = await setUp({ n1: { answers: { 'policy.set': conflict } } });
    await expect(calls['policy.set']({ clusterId: CLUSTER, policy: initialPolicy })).rejects.toMatchObject({
      info: { kind: 'conflict', message: 'Edited by bob.' },
    });
  });

  test('refuses one that contradicts itself before any host is asked', async () => {
    const { calls, asked } = await setUp({
      n1: { sections: { vms: { vms: [runningVm('a', 1)] } }, answers: set },
    });
    const policy = {
      ...initialPolicy,
      tiers: [{ name: 'T', vms: ['uuid-a', 'uuid-a'], readiness: { kind: 'started' as const } }],
    };
    await expect(calls['policy.set']({ clusterId: CLUSTER, policy })).rejects.toMatchObject({
      info: { kind: 'invalid-input', cause: 'a has two places in the restart order.' },
    });
    expect(asked).toEqual([]);
  });

  test('needs a host with quorum', async () => {
    const { calls } = await setUp({ n1: { sections: { cluster: noQuorum }, answers: set } });
    await expect(calls['policy.set']({ clusterId: CLUSTER, policy: initialPolicy })).rejects.toMatchObject({
      info: { kind: 'unreachable' },
    });
  });
});

describe('policy.forecast', () => {
  test('plans under the policy given, with times', async () => {
    const vms = { vms: [runningVm('a', 8), runningVm('b', 8)] };
    const { calls } = await setUp({ n1: { sections: { vms } }, n2: {}, n3: {} });
    const policy = {
      ...initialPolicy,
      tiers: [
        { name: 'First', vms: ['uuid-b'], readiness: { kind: 'delay' as const, seconds: 30 } },
        { name: 'Second', vms: [], readiness: { kind: 'started' as const } },
      ],
    };
    const forecast = await calls['policy.forecast']({ clusterId: CLUSTER, policy, failed: ['n1'] });
    expect(forecast.plan.vms.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['b', 'start'],
      ['a', 'start'],
    ]);
    const began = forecast.startsAfterS;
    expect(began).toBeCloseTo(8.03 + 11 + 1);
    expect(forecast.startedAtS['uuid-b']).toBeCloseTo(began + 2);
    expect(forecast.startedAtS['uuid-a']).toBeCloseTo(began + 2 + 30 + 2);
  });

  test('takes the times of past takeovers', async () => {
    const answers = { 'failover.get': { record } };
    const { calls, records } = await setUp({
      n1: { sections: { vms: { vms: [runningVm('a', 8)] } } },
      n2: {},
      n3: { sections: { history: { failovers: [summary], carriedOn: [], events: [] } }, answers },
    });
    await vi.waitFor(() => expect(records.of(CLUSTER)).toHaveLength(1));
    const forecast = await calls['policy.forecast']({
      clusterId: CLUSTER,
      policy: initialPolicy,
      failed: ['n1'],
    });
    expect(forecast.startsAfterS).toBeCloseTo(8.03 + 15 + 1);
  });

  test.each([
    ['n9', 'not-found'],
    ['n3', 'unreachable'],
  ])('cannot tell of %s: %s', async (failed, kind) => {
    const { calls } = await setUp({ n1: {}, n2: {} });
    const question = { clusterId: CLUSTER, policy: initialPolicy, failed: [failed] };
    expect(() => calls['policy.forecast'](question)).toThrow(
      expect.objectContaining({ info: expect.objectContaining({ kind }) }),
    );
  });
});

describe('history.get', () => {
  test('asks the owner first, and others if it does not have it', async () => {
    const gone = new ResponseError(1, 'x', { kind: 'not-found', message: 'No such record.' });
    const { calls, asked } = await setUp({
      n1: { answers: { 'failover.get': { record } } },
      n3: {
        sections: { history: { failovers: [{ ...summary, ended: undefined }], carriedOn: [], events: [] } },
        answers: { 'failover.get': gone },
      },
    });
    expect(await calls['history.get']({ clusterId: CLUSTER, id: ID })).toEqual({ record });
    expect(asked.map(([host]) => host)).toEqual(['n3', 'n1']);
  });

  test('says why nobody has it', async () => {
    const gone = new ResponseError(1, 'x', { kind: 'not-found', message: 'No such record.' });
    const { calls } = await setUp({ n1: { answers: { 'failover.get': gone } } });
    await expect(calls['history.get']({ clusterId: CLUSTER, id: ID })).rejects.toThrow('No such record.');
  });
});

describe('takeover.confirmFenced', () => {
  const confirm = { 'fence.confirm': {} };
  const question = { clusterId: CLUSTER, target: 'n1', confirm: 'n1' };

  test('is told to a host with quorum', async () => {
    const { calls, asked } = await setUp({
      n1: { sections: { cluster: lost }, offline: true },
      n2: { sections: { cluster: lost }, answers: confirm },
    });
    await calls['takeover.confirmFenced'](question);
    expect(asked).toEqual([['n2', 'fence.confirm', { target: 'n1', by: 'ann@desk' }]]);
  });

  test.each<[string, Record<string, HostScript>, typeof question, string]>([
    [
      'a name that is not typed right',
      { n2: { sections: { cluster: lost }, answers: confirm } },
      { ...question, confirm: 'n2' },
      'does not match',
    ],
    ['a host that is a member', { n2: { answers: confirm } }, question, 'n1 is alive'],
    [
      'a host that answers the console',
      {
        n1: { sections: { cluster: noQuorum }, answers: confirm },
        n2: { sections: { cluster: lost }, answers: confirm },
      },
      question,
      'n1 is alive',
    ],
    [
      'a host of another cluster',
      { n2: { sections: { cluster: lost }, answers: confirm } },
      { ...question, target: 'n9', confirm: 'n9' },
      'not a host of demo',
    ],
  ])('is refused for %s', async (_, scripts, input, message) => {
    const { calls, asked } = await setUp(scripts);
    await expect(calls['takeover.confirmFenced'](input)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });
});

describe('what concerns one host', () => {
  test.each([
    ['maintenance.enter', { node: 'n2' }, { by: 'ann@desk' }],
    ['maintenance.leave', { node: 'n2', bringHome: true }, { bringHome: true, by: 'ann@desk' }],
    ['failback.start', { node: 'n2', uuids: [UUID] }, { uuids: [UUID] }],
    ['moves.cancel', { node: 'n2' }, {}],
  ] as const)('%s is asked of that host', async (name, input, params) => {
    const { calls, asked } = await setUp({
      n1: { answers: { [name]: {} } },
      n2: { answers: { [name]: {} } },
    });
    const handle = calls[name] as (input: object) => unknown;
    expect(await handle({ clusterId: CLUSTER, ...input })).toEqual({});
    expect(asked).toEqual([['n2', name, params]]);
  });

  test.each([
    ['n3', 'n3 is not in the inventory of this console.'],
    ['n9', 'n9 is not a host of demo.'],
    ['n2', 'n2.example is not connected.'],
  ])('is refused while %s cannot be asked', async (node, message) => {
    const { calls } = await setUp({ n1: {}, n2: { offline: true } });
    await expect(calls['maintenance.enter']({ clusterId: CLUSTER, node })).rejects.toThrow(message);
  });
});
