import { describe, expect, it } from 'vitest';
import { type ClusterEvent, mergeEvents } from './events.ts';

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const event = (n: number, part: Partial<ClusterEvent> = {}): ClusterEvent => ({
  id: idOf(n),
  kind: 'host-lost',
  at: 100_000,
  changedAt: part.at ?? 100_000,
  severity: 'error',
  notedBy: 'n2',
  host: 'n1',
  text: 'n1 is lost.',
  ...part,
});
const ids = (...lists: ClusterEvent[][]): string[] => mergeEvents(...lists).map(({ id }) => id);

describe('the events of several hosts', () => {
  it('are one list, newest first', () => {
    expect(ids([event(1, { at: 1, kind: 'deployment' })], [event(2, { at: 2, kind: 'drill' })])).toEqual([
      idOf(2),
      idOf(1),
    ]);
  });

  it('have each event in its latest state', () => {
    const open = event(1, { kind: 'link-lost' });
    const over = { ...open, until: 130_000, changedAt: 130_000 };
    expect(mergeEvents([over], [open])).toEqual([over]);
    expect(mergeEvents([open], [over])).toEqual([over]);
  });

  it.each<[string, Partial<ClusterEvent>, number]>([
    ['seconds later', { at: 115_000 }, 1],
    ['later than that', { at: 115_001 }, 2],
    ['about another host', { host: 'n3' }, 2],
    ['of another kind', { kind: 'fenced' }, 2],
  ])('have what several of them noted once: %s', (_case, part, expected) => {
    expect(mergeEvents([event(1)], [event(2, part)])).toHaveLength(expected);
  });

  it('have what one host did as often as it did it', () => {
    const part = { kind: 'policy-changed' } as const;
    expect(mergeEvents([event(1, part), event(2, part)])).toHaveLength(2);
  });
});
