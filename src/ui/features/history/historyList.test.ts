import { describe, expect, it } from 'vitest';
import type { ClusterEvent } from '../../../contract/events.ts';
import type { Failover } from '../../store/selectors/takeovers.ts';
import { eventStatus } from './eventWords.ts';
import { type HistoryView, historyRows, inView, matches } from './historyList.ts';

const failover = (begun: number, part: Partial<Failover> = {}): Failover => ({
  id: `f${begun}`,
  kind: 'takeover',
  failed: ['n1'],
  owner: 'n2',
  begun,
  ended: begun + 1,
  state: 'ended',
  counts: { total: 1, running: 1, down: 0, refused: 0 },
  ...part,
});
const event = (at: number, part: Partial<ClusterEvent> = {}): ClusterEvent => ({
  id: `e${at}`,
  kind: 'policy-changed',
  at,
  changedAt: at,
  severity: 'info',
  notedBy: 'n3',
  by: 'anna@desk',
  text: 'The policy was changed.',
  details: ['web-1: tier Normal 3 → tier First 1'],
  ...part,
});

describe('the history', () => {
  const rows = historyRows(
    [failover(50), failover(10, { state: 'running' }), failover(20, { kind: 'rejoin' })],
    [event(30), event(40, { kind: 'link-lost' })],
  );

  it('begins with what goes on, and is in order of time else', () => {
    expect(rows.map(({ at }) => at)).toEqual([10, 50, 40, 30, 20]);
  });

  it.each<[HistoryView, number[]]>([
    ['all', [10, 50, 40, 30, 20]],
    ['takeovers', [10, 50]],
    ['rejoins', [20]],
    ['not-all', []],
    ['hosts', [40]],
    ['changes', [30]],
  ])('shows %s', (view, expected) => {
    expect(rows.filter((row) => inView(row, view)).map(({ at }) => at)).toEqual(expected);
  });

  it('is searched in everything that it says, by all words', () => {
    const found = (words: string) => rows.filter((row) => matches(row, words)).map(({ at }) => at);
    expect(found('anna WEB-1')).toEqual([40, 30]);
    expect(found('anna web-2')).toEqual([]);
    expect(found('takeover n2')).toEqual([10, 50]);
  });
});

describe('what lasts', () => {
  it('goes on until it is over, and is no alarm then', () => {
    const lost = event(1000, { kind: 'link-lost', severity: 'warning', count: 3 });
    expect(eventStatus(lost)).toEqual({ tone: 'warning', word: 'Goes on, 3 times' });
    expect(eventStatus({ ...lost, until: 43_000 })).toEqual({
      tone: 'info',
      word: 'Over after 42.0 s, 3 times',
    });
  });
});
