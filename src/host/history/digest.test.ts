import { describe, expect, it } from 'vitest';
import type { ClusterEvent } from '../../contract/events.ts';
import type { EngineHappening } from '../ports/clusterEngine.ts';
import { digest } from './digest.ts';

const start = 1_000_000;
const digested = (happenings: EngineHappening[], known: ClusterEvent[] = [], now = start + 3_600_000) => {
  let id = known.length;
  return digest(known, happenings, start, { self: 'n1', now, newId: () => `id-${++id}` });
};
const link = (kind: 'link-lost' | 'link-restored', s: number, peer = 'n2'): EngineHappening => ({
  kind,
  link: 1,
  peer,
  at: start + s * 1000,
});
const lost = (s: number, host = 'n2'): EngineHappening => ({ kind: 'host-lost', host, at: start + s * 1000 });
const shown = (events: ClusterEvent[]) =>
  events.map(({ kind, host, subject, count, until }) => ({
    kind,
    about: host ?? subject,
    ...(count === undefined ? {} : { count }),
    ...(until === undefined ? {} : { untilS: (until - start) / 1000 }),
  }));

describe('what the engine noticed', () => {
  it('makes one event of a link that is lost and restored', () => {
    expect(shown(digested([link('link-lost', 1), link('link-restored', 40)]))).toEqual([
      { kind: 'link-lost', about: 'link 1 n1 n2', untilS: 40 },
    ]);
  });

  it('folds a link that flaps, and keeps apart what lies hours apart', () => {
    const flapping = [1, 60, 120, 180].flatMap((s) => [link('link-lost', s), link('link-restored', s + 5)]);
    expect(shown(digested([...flapping, link('link-lost', 2000)]))).toEqual([
      { kind: 'link-lost', about: 'link 1 n1 n2' },
      { kind: 'link-lost', about: 'link 1 n1 n2', count: 4, untilS: 185 },
    ]);
  });

  it('is silent about the links of a host that is lost', () => {
    expect(shown(digested([link('link-lost', 5), link('link-lost', 5, 'n3'), lost(8)]))).toEqual([
      { kind: 'host-lost', about: 'n2' },
      { kind: 'link-lost', about: 'link 1 n1 n3' },
    ]);
  });

  const returned = (s: number, host: string): EngineHappening => ({
    kind: 'host-returned',
    host,
    at: start + s * 1000,
  });

  it('knows a host as returned that was lost', () => {
    expect(shown(digested([lost(1), returned(200, 'n2'), returned(201, 'n3')]))).toEqual([
      { kind: 'host-returned', about: 'n2' },
      { kind: 'host-lost', about: 'n2' },
    ]);
  });

  it('does not take the others for returned because it has come up itself', () => {
    const before = digested([lost(1, 'n3'), lost(1)]);
    const own = [returned(101, 'n3'), returned(101, 'n2'), returned(101, 'n1'), returned(300, 'n3')];
    expect(shown(digested(own, before)).map(({ kind, about }) => [kind, about])).toEqual([
      ['host-returned', 'n3'],
      ['host-lost', 'n2'],
      ['host-lost', 'n3'],
    ]);
  });

  it('does not take for returned who comes up with it, even if it is not told that it came up itself', () => {
    expect(digested([returned(1, 'n2'), returned(1, 'n3')])).toEqual([]);
  });

  it('is silent about the link of a lost host that was noted before', () => {
    const first = digested([lost(8)], [], start + 23_500);
    const options = { self: 'n1', now: start + 60_000, newId: () => 'later' };
    const next = digest(first, [lost(8), link('link-lost', 9)], start + 8_500, options);
    expect(shown(next)).toEqual([{ kind: 'host-lost', about: 'n2' }]);
  });

  it('knows nothing of a link that is restored but was never lost', () => {
    expect(digested([link('link-restored', 5)])).toEqual([]);
  });

  it('counts fencing that keeps failing', () => {
    const failing = [1, 4, 8].map(
      (s): EngineHappening => ({ kind: 'fencing-failed', host: 'n2', at: start + s * 1000, detail: 'no' }),
    );
    expect(shown(digested(failing))).toEqual([{ kind: 'fencing-failed', about: 'n2', count: 3 }]);
  });

  it('is taken in once, and only when it has settled', () => {
    const happenings = [lost(1), lost(30, 'n3')];
    const now = start + 40_000;
    const first = digested(happenings, [], now);
    expect(shown(first)).toEqual([{ kind: 'host-lost', about: 'n2' }]);
    const options = { self: 'n1', now: start + 60_000, newId: () => 'later' };
    const next = digest(first, happenings, now - 15_000, options);
    expect(shown(next).map(({ about }) => about)).toEqual(['n3', 'n2']);
  });
});
