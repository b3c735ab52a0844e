import { describe, expect, it } from 'vitest';
import type { ConsoleEvent } from '../../contract/consoleApi.ts';
import type { Operation } from '../../contract/operation.ts';
import { hostView, load, T0 } from '../testing/fixtures/hosts.ts';
import { healthy } from '../testing/fixtures/scenarios.ts';
import { applyEvent, applySnapshot } from './reduce.ts';
import { selectClusters } from './selectors/clusters.ts';
import { initialState } from './state.ts';

const ready = () => applySnapshot(initialState(), healthy());

type Unnumbered = ConsoleEvent extends infer E
  ? E extends ConsoleEvent
    ? Omit<E, 'sequence'>
    : never
  : never;
const apply = (state: ReturnType<typeof ready>, ...events: Unnumbered[]) =>
  events.reduce((now, event) => applyEvent(now, { ...event, sequence: 1 } as ConsoleEvent), state);

const operation: Operation = {
  id: 'o1',
  kind: 'deploy',
  title: 'Deploy prod-a',
  state: 'running',
  startedAt: T0,
  steps: [{ id: 's1', host: 'kvm1', title: 'Install packages', state: 'waiting' }],
  findings: [],
};

describe('the state after events', () => {
  it('replaces everything with a snapshot', () => {
    const state = applySnapshot(ready(), { ...healthy(), hosts: [hostView('other')] });
    expect(state.hostIds).toEqual(['other']);
    expect(state.entries.kvm1).toBeUndefined();
    expect(state.sections.cluster.kvm1).toBeUndefined();
  });

  it('takes a section without touching the other sections', () => {
    const before = ready();
    const data = load({ cpuPercent: 77 });
    const after = apply(before, {
      name: 'host.section',
      data: { hostId: 'kvm2', section: 'load', at: T0, data },
    });
    expect(after.sections.load.kvm2?.cpuPercent).toBe(77);
    expect(after.sections.cluster).toBe(before.sections.cluster);
    expect(after.sections.load.kvm1).toBe(before.sections.load.kvm1);
  });

  it('keeps the last good section and tells when one cannot be read, until one can', () => {
    const bad = apply(ready(), {
      name: 'host.section',
      data: { hostId: 'kvm2', section: 'load', at: T0, data: { cores: 'many' } },
    });
    expect(bad.sections.load.kvm2?.cores).toBe(16);
    expect(bad.unreadable.kvm2?.id).toBe('section-unreadable');
    const good = apply(bad, {
      name: 'host.section',
      data: { hostId: 'kvm2', section: 'load', at: T0, data: load() },
    });
    expect(good.unreadable.kvm2).toBeUndefined();
  });

  it('ignores what is said of a host that is not there', () => {
    const before = ready();
    const after = apply(before, {
      name: 'host.section',
      data: { hostId: 'ghost', section: 'load', at: T0, data: load() },
    });
    expect(after).toBe(before);
  });

  it('adds a host once and removes all of it', () => {
    const added = apply(
      ready(),
      { name: 'host.added', data: hostView('kvm4') },
      { name: 'host.added', data: hostView('kvm4') },
      {
        name: 'prompt.opened',
        data: {
          id: 'p',
          hostId: 'kvm4',
          host: 'kvm4',
          kind: 'host-key',
          keyType: 'ssh-ed25519',
          fingerprint: 'SHA256:x',
        },
      },
    );
    expect(added.hostIds).toEqual(['kvm1', 'kvm2', 'kvm3', 'kvm4']);
    expect(added.sections.system.kvm4?.nodeName).toBe('kvm4');
    const removed = apply(added, { name: 'host.removed', data: { hostId: 'kvm4' } });
    expect(removed.hostIds).toEqual(['kvm1', 'kvm2', 'kvm3']);
    expect(removed.sections.system.kvm4).toBeUndefined();
    expect(removed.prompts).toEqual([]);
  });

  it('knows nothing more of a host that is bare: the cluster was taken off it', () => {
    const bare = (hostId: string) => ({
      name: 'host.connection' as const,
      data: { hostId, connection: { state: 'bare' as const, since: T0 }, lastHeardAt: null },
    });
    const before = ready();
    for (const entry of Object.values(before.entries)) {
      entry.lastKnown = { nodeName: entry.address, cluster: { id: 'c1', name: 'prod-a' } };
    }
    const after = apply(before, ...before.hostIds.map(bare));
    expect(Object.values(after.sections).flatMap((hosts) => Object.keys(hosts))).toEqual([]);
    expect(selectClusters(after)).toEqual([]);
    expect(after.hostIds).toEqual(before.hostIds);
  });

  it('follows an operation step by step', () => {
    const done = apply(
      ready(),
      { name: 'operation.changed', data: operation },
      {
        name: 'operation.step',
        data: {
          operationId: 'o1',
          step: { id: 's1', host: 'kvm1', title: 'Install packages', state: 'done' },
        },
      },
      {
        name: 'operation.step',
        data: {
          operationId: 'o1',
          step: { id: 's2', host: 'kvm2', title: 'Install packages', state: 'running' },
        },
      },
    );
    expect(done.operations[0]?.steps.map((step) => step.state)).toEqual(['done', 'running']);
    expect(apply(done, { name: 'operation.removed', data: { operationId: 'o1' } }).operations).toEqual([]);
  });

  it('keeps operations newest first', () => {
    const state = apply(
      ready(),
      { name: 'operation.changed', data: operation },
      { name: 'operation.changed', data: { ...operation, id: 'o2', startedAt: T0 + 1 } },
      { name: 'operation.changed', data: { ...operation, state: 'done' } },
    );
    expect(state.operations.map((known) => known.id)).toEqual(['o2', 'o1']);
    expect(state.operations[1]?.state).toBe('done');
  });
});
