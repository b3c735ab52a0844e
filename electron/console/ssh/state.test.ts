import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MinimeError } from '../../../src/contract/errors.ts';
import { backoff, isTransient } from './state.ts';

it('waits longer each time, up to 15 s, and never in step', () => {
  expect([1, 2, 3, 4, 5, 6, 100].map((attempt) => backoff(attempt, () => 1))).toEqual([
    1000, 2000, 4000, 8000, 15000, 15000, 15000,
  ]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => {
        const most = backoff(attempt, () => 1);
        expect(backoff(attempt, () => random)).toBeGreaterThanOrEqual(most / 2);
        expect(backoff(attempt, () => random)).toBeLessThanOrEqual(most);
      },
    ),
  );
});

it('tries again only what may pass by itself', () => {
  const transient = (
    ['unreachable', 'timeout', 'auth-failed', 'host-key-changed', 'cancelled', 'internal'] as const
  ).filter((kind) => isTransient(new MinimeError({ kind, message: '' })));
  expect(transient).toEqual(['unreachable', 'timeout']);
});
