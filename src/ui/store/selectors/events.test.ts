import { describe, expect, it } from 'vitest';
import type { ClusterEvent } from '../../../contract/events.ts';
import { foldLinks } from './events.ts';

const lost = (ends: string, at: number, until?: number): ClusterEvent => ({
  id: `id ${ends} ${at}`,
  kind: 'link-lost',
  at,
  changedAt: at,
  severity: 'warning',
  notedBy: 'n1',
  subject: `link 2 ${ends}`,
  text: '',
  ...(until === undefined ? {} : { until }),
});

describe('a link that several pairs lose', () => {
  it('is one event, which lasts until the last of them has it back', () => {
    const [event, ...more] = foldLinks([lost('n2 n3', 3000, 9000), lost('n1 n3', 2000, 8000)]);
    expect(more).toEqual([]);
    expect(event).toMatchObject({ at: 2000, until: 9000, details: ['n2 – n3', 'n1 – n3'] });
    expect(foldLinks([lost('n2 n3', 3000), lost('n1 n3', 2000, 8000)])[0]).not.toHaveProperty('until');
  });

  it('is not one with what was lost at another time, or alone', () => {
    const events = [lost('n1 n2', 60_000), lost('n1 n3', 1000)];
    expect(foldLinks(events)).toEqual(events);
  });
});
