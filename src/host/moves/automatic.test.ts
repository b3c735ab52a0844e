import { expect, it } from 'vitest';
import { dueForFailback, type FailbackView, retryAfterMs, stableAfterMs } from './automatic.ts';

const now = 1_700_000_000_000;
const moved = [{ uuid: 'a', name: 'a', to: 'n2', at: now - 1, cleared: true }];
const due = (view: Partial<FailbackView>): string[] =>
  dueForFailback({
    failback: 'automatic',
    now,
    rejoinedAt: now - stableAfterMs,
    leaving: false,
    moved,
    tried: {},
    ...view,
  });

it('brings VMs home when the policy says so, and their host has been back for a while', () => {
  expect(due({})).toEqual(['a']);
});

it.each<[string, Partial<FailbackView>]>([
  ['the policy leaves it to the admin', { failback: 'manual' }],
  ['the host has not rejoined', { rejoinedAt: undefined }],
  ['the host may go again', { rejoinedAt: now - stableAfterMs + 1 }],
  ['the host is to be empty', { leaving: true }],
  ['it has failed a moment ago', { tried: { a: now - retryAfterMs + 1 } }],
])('does not if %s', (_why, view) => {
  expect(due(view)).toEqual([]);
});
