import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../contract/consoleApi.ts';
import { applySnapshot } from '../../store/reduce.ts';
import { initialState } from '../../store/state.ts';
import { recovered, takingOver, unfenced } from '../../testing/fixtures/takeovers.ts';
import { failoverNotices, type Notice, newNotices } from './failoverNotices.ts';

const noticesOf = (snapshot: Snapshot): Map<string, Notice> =>
  failoverNotices(applySnapshot(initialState(), snapshot));
const notice = (stage: Notice['stage'], since = 0): Map<string, Notice> =>
  new Map([['f', { key: 'f', stage, title: '', body: '', href: '', since }]]);
const none = new Map<string, Notice>();

describe('what the desktop tells', () => {
  it('is of takeovers, and leads to their records', () => {
    const stages = [...noticesOf(takingOver()).values()].filter(({ stage }) => stage === 'begun');
    expect(stages).toMatchObject([
      { title: 'Takeover of kvm3 has begun', href: expect.stringMatching(/history/) },
    ]);
    const titles = [...noticesOf(recovered()).values()].map(({ title }) => title);
    expect(titles).toContain('Takeover of kvm3 has ended');
    expect(titles.join()).not.toContain('own VMs');
  });

  it('is of a host that waits for the admin', () => {
    expect([...noticesOf(unfenced()).values()].filter(({ stage }) => stage === 'unfenced')).toMatchObject([
      { title: 'kvm3 waits for you' },
    ]);
  });

  it.each<[string, ReadonlyMap<string, Notice>, ReadonlyMap<string, Notice>, number]>([
    ['a takeover that begins', none, notice('begun', 9_000_000), 1],
    ['one that nobody has ended for days', none, notice('begun'), 0],
    ['one that goes on', notice('begun'), notice('begun'), 0],
    ['one that ends', notice('begun'), notice('ended', 5), 1],
    ['one that began and ended unseen, just now', none, notice('ended', 9_999_000), 1],
    ['one of long ago', none, notice('ended', 5), 0],
    ['one that nobody finished long ago', none, notice('interrupted'), 0],
    ['one that nobody finishes any more', notice('begun'), notice('interrupted'), 1],
  ])('is news once: %s', (_case, before, now, expected) => {
    expect(newNotices(before, now, 10_000_000)).toHaveLength(expected);
  });
});
