import { describe, expect, it } from 'vitest';
import type { HostView } from '../../../contract/consoleApi.ts';
import type { FailoverSummary } from '../../../contract/failover.ts';
import { hear, whatIsNew } from '../../shell/announcements.ts';
import { CLUSTER_ID } from '../../testing/fixtures/cluster.ts';
import { connection, T0 } from '../../testing/fixtures/hosts.ts';
import { healthyHosts, snapshot } from '../../testing/fixtures/scenarios.ts';
import {
  RECORD_ID,
  recovered,
  takeoverSection,
  takingOver,
  unfenced,
} from '../../testing/fixtures/takeovers.ts';
import { applySnapshot } from '../reduce.ts';
import { initialState } from '../state.ts';
import { type FailoverState, selectFailovers, selectMovedVms, selectUnfenced } from './takeovers.ts';
import { selectVmRows } from './vms.ts';

const summary = (more: Partial<FailoverSummary> = {}): FailoverSummary => ({
  id: RECORD_ID,
  kind: 'takeover',
  failed: ['kvm3'],
  owner: 'kvm1',
  begun: T0,
  counts: { total: 3, running: 1, down: 0, refused: 0 },
  ...more,
});
const ended = summary({ ended: T0 + 9000, counts: { total: 3, running: 3, down: 0, refused: 0 } });

interface Told {
  history?: FailoverSummary[];
  /** Also in its history. */
  running?: FailoverSummary[];
  lost?: boolean;
}

/** What each of kvm1 to kvm3 has in its history, and runs. */
function failovers(told: Told[]) {
  const hosts: HostView[] = healthyHosts();
  for (const [index, { history = [], running = [], lost = false }] of told.entries()) {
    const host = hosts[index];
    if (host === undefined) continue;
    const carriedOn = running.map(({ id }) => id);
    host.sections.history = { failovers: [...running, ...history], carriedOn, events: [] };
    if (lost) host.connection = connection({ state: 'reconnecting' });
  }
  return selectFailovers(applySnapshot(initialState(), snapshot(hosts)))[CLUSTER_ID] ?? [];
}

describe('failovers', () => {
  it('are those of all hosts, each once, in the state that came furthest', () => {
    const [one, ...none] = failovers([
      { history: [summary()] },
      { history: [ended] },
      { history: [summary()] },
    ]);
    expect(one).toEqual({ ...ended, state: 'ended' });
    expect(none).toEqual([]);
  });

  it('that run come first', () => {
    const old = summary({ id: RECORD_ID.replace(/1$/, '7'), begun: T0 - 1000 });
    const list = failovers([{ running: [old] }, { history: [summary({ ended: T0 + 1, begun: T0 })] }]);
    expect(list.map(({ state }) => state)).toEqual(['running', 'ended']);
  });

  it.each<[string, Told[], FailoverState]>([
    ['its owner says so', [{ running: [summary()] }], 'running'],
    ['its owner cannot be asked but is a member', [{ lost: true }, { history: [summary()] }], 'running'],
    ['its owner has not told of it yet', [{}, { history: [summary()] }], 'running'],
    ['its owner does not carry it on', [{ history: [summary()] }, { history: [summary()] }], 'interrupted'],
    [
      'nobody is connected',
      [{ history: [summary()], lost: true }, { lost: true }, { lost: true }],
      'interrupted',
    ],
    [
      'it has ended, whatever an owner that lags says',
      [{ running: [summary()] }, { history: [ended] }],
      'ended',
    ],
  ])('if %s', (_, told, state) => expect(failovers(told)[0]?.state).toBe(state));
});

describe('hosts that wait to be fenced', () => {
  const of = (shown: ReturnType<typeof unfenced>) =>
    selectUnfenced(applySnapshot(initialState(), shown))[CLUSTER_ID];
  it('are lost and unclean', () => expect(of(unfenced())).toEqual([{ name: 'kvm3', fencing: 'failed' }]));
  it('have failed also while fencing them is tried again', () => {
    const shown = unfenced();
    for (const { sections } of shown.hosts)
      sections.cluster?.fencing.history.unshift({ target: 'kvm3', action: 'reboot', outcome: 'pending' });
    expect(of(shown)).toEqual([{ name: 'kvm3', fencing: 'failed' }]);
  });
  it('are none once fencing is done', () => expect(of(takingOver())).toEqual([]));
  it.each([
    ['takeover-waits-for-word', 'left'],
    ['takeover-waits-for-fencing', 'under-way'],
  ])('are those that a takeover waits for: %s', (id, fencing) => {
    const shown = takingOver();
    const problems = [{ id, severity: 'error' as const, host: 'kvm3', title: 'It waits.' }];
    for (const { sections } of shown.hosts) sections.takeover = takeoverSection({ problems });
    expect(of(shown)).toEqual(
      [{ name: 'kvm3', fencing }].map((one) => expect.objectContaining({ name: one.name })),
    );
    expect(of(shown)?.[0]?.fencing).toBe(fencing);
  });
  it('are not told from memory', () => {
    const shown = unfenced();
    for (const host of shown.hosts) host.connection = connection({ state: 'reconnecting' });
    expect(of(shown)).toEqual([]);
  });
});

describe('VMs away from home', () => {
  const state = applySnapshot(initialState(), recovered());
  it('are known by their home', () => {
    expect(selectMovedVms(state)[CLUSTER_ID]?.get('uuid-files')).toMatchObject({ home: 'kvm3', to: 'kvm1' });
  });
  it('keep their home in the list of VMs', () => {
    const row = selectVmRows(state).find(({ name }) => name === 'files');
    expect(row).toMatchObject({ home: 'kvm3', sync: 'current', awaySince: expect.any(Number) });
    expect(row?.runningOn.map(({ name }) => name)).toEqual(['kvm1']);
  });
});

describe('announcements', () => {
  const at = (shown: ReturnType<typeof unfenced>) => hear(applySnapshot(initialState(), shown));
  it('tell of fencing that fails, of a takeover, and how it ended', () => {
    expect(whatIsNew(at(snapshot(healthyHosts())), at(unfenced()))).toContain(
      'kvm3 could not be fenced. Its VMs stay down.',
    );
    expect(whatIsNew(at(unfenced()), at(takingOver()))).toContain('Takeover of kvm3 has begun.');
    expect(whatIsNew(at(takingOver()), at(recovered()))).toContain(
      'Takeover of kvm3 has ended: 3 of 6 VMs running, 2 stay down, 1 refused.',
    );
    expect(whatIsNew(at(recovered()), at(recovered()))).toEqual([]);
  });
});
