import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtualClock.ts';
import { sleepOn } from './worldClock.ts';

describe('virtual time', () => {
  it('passes in order, and equal times in the order they were asked for', async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    const note = (name: string) => (): number => seen.push(`${name} ${clock.elapsed()}`);
    clock.after(20, note('c'));
    clock.after(10, note('a'));
    clock.after(10, note('b'));
    clock.after(15, note('never')).cancel();
    await clock.runUntil(30);
    expect(seen).toEqual(['a 10', 'b 10', 'c 20']);
    expect(clock.elapsed()).toBe(30);
  });

  it('stands still while anything is being done', async () => {
    const clock = new VirtualClock(0);
    const at: number[] = [];
    const work = async (): Promise<void> => {
      await sleepOn(clock, 5);
      for (let step = 0; step < 1000; step++) await Promise.resolve();
      at.push(clock.elapsed());
    };
    const working = work();
    clock.after(6, () => at.push(clock.elapsed()));
    await clock.runUntil(10);
    await working;
    expect(at).toEqual([5, 6]);
  });

  it('wakes a sleeper whose signal is aborted', async () => {
    const clock = new VirtualClock(0);
    const abort = new AbortController();
    const slept = sleepOn(clock, 1000, abort.signal).catch((error: unknown) => (error as Error).name);
    clock.after(10, () => abort.abort());
    await clock.runUntil(20);
    expect(await slept).toBe('AbortError');
  });
});
