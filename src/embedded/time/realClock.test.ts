import { expect, it } from 'vitest';
import { RealClock } from './realClock.ts';

it('never calls before it is time, however fast time goes by', async () => {
  const clock = new RealClock(100);
  const early: number[] = [];
  await Promise.all(
    Array.from({ length: 300 }, (_, index) => {
      const due = clock.elapsed() + 150 + index;
      return new Promise<void>((resolve) => {
        clock.after(due - clock.elapsed(), () => {
          if (clock.elapsed() < due) early.push(due - clock.elapsed());
          resolve();
        });
      });
    }),
  );
  expect(early).toEqual([]);
});

it('goes on from a given time', () => {
  const clock = new RealClock(1, 5_000);
  expect(clock.now()).toBeGreaterThanOrEqual(5_000);
});
