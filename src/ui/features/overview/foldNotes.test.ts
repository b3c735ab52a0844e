import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../contract/finding.ts';
import type { Problem } from '../../store/selectors/problems.ts';
import { foldNotes } from './foldNotes.ts';

const problem = (
  host: string,
  finding: Partial<Finding> = {},
  staleSince: number | null = null,
): Problem => ({
  key: `${host} ${finding.id ?? 'clock'}`,
  finding: { id: 'clock', severity: 'info', title: 'The clock follows no time source.', host, ...finding },
  clusterKey: 'c',
  hostId: host,
  staleSince,
});

describe('folding of notes', () => {
  it('makes one of what several hosts note alike, and names them', () => {
    const folded = foldNotes([problem('n1'), problem('n2', {}, 50), problem('n3', {}, 40)]);
    expect(folded).toEqual([
      {
        ...problem('n1'),
        finding: { ...problem('n1').finding, host: 'n1, n2, n3' },
        hostId: null,
        staleSince: 40,
      },
    ]);
  });

  it('leaves the only one as it is, with its host to open', () => {
    expect(foldNotes([problem('n1')])).toEqual([problem('n1')]);
  });

  it('keeps apart what differs, and everything that is more than a note', () => {
    const apart = [
      problem('n1', { cause: 'No NTP service.' }),
      problem('n2'),
      problem('n1', { id: 'disk', severity: 'warning' }),
      problem('n2', { id: 'disk', severity: 'warning' }),
    ];
    expect(foldNotes(apart)).toEqual(apart);
  });
});
