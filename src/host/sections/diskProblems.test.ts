import { describe, expect, it } from 'vitest';
import { type DiskView, diskProblems } from './diskProblems.ts';

const minute = 60_000;
const healthy: DiskView = {
  disk: { home: 'n1', folder: '/q/n1', source: '/dev/x', readOnly: false },
  size: 1000,
  used: 100,
  own: true,
  definitions: [],
  lastSyncAt: 100 * minute,
  now: 101 * minute,
};
const ids = (changes: Partial<DiskView>): string[] =>
  diskProblems({ ...healthy, ...changes }).map(({ id, severity }) => `${severity} ${id}`);
const stored = { uuid: 'u', name: 'vm', hash: '', savedAt: 0 };

describe('a quorum disk', () => {
  it.each<[string, Partial<DiskView>, string[]]>([
    ['is fine', {}, []],
    ['is read-only', { disk: { ...healthy.disk, readOnly: true } }, ['error quorum-disk-read-only']],
    ['is 90 % full', { used: 900 }, ['warning quorum-disk-full']],
    ['is full', { used: 1000 }, ['error quorum-disk-full']],
    ['is not quite 90 % full', { used: 899 }, []],
    ['never answered', { size: 0, used: 0 }, []],
    ['was never synced', { lastSyncAt: null }, ['warning sync-too-old']],
    ['was synced six minutes ago', { now: 106 * minute }, []],
    ['was synced longer ago', { now: 106 * minute + 1 }, ['warning sync-too-old']],
    ['of another host is not synced here', { own: false, now: 500 * minute }, []],
    [
      'holds a forged definition',
      { definitions: [{ ...stored, state: 'tampered' }] },
      ['error definition-tampered'],
    ],
    [
      'holds half a definition',
      { definitions: [{ ...stored, state: 'unreadable' }] },
      ['error definition-unreadable'],
    ],
    ['holds an old definition', { definitions: [{ ...stored, state: 'stale' }] }, []],
  ])('%s', (_case, changes, expected) => {
    expect(ids(changes)).toEqual(expected);
  });
});
