import { describe, expect, it } from 'vitest';
import { nextTurn } from './nextTurn.ts';

describe('work that many ask for', () => {
  it('is done once for all who ask before it begins, and once more for all who ask while it is under way', async () => {
    const ends: (() => void)[] = [];
    let turns = 0;
    const ask = nextTurn(async () => {
      const mine = ++turns;
      await new Promise<void>((resolve) => ends.push(resolve));
      return mine;
    });
    const first = [ask(), ask()];
    await expect.poll(() => turns).toBe(1);
    const second = [ask(), ask(), ask()];
    expect(turns).toBe(1);
    ends[0]?.();
    expect(await Promise.all(first)).toEqual([1, 1]);
    await expect.poll(() => turns).toBe(2);
    ends[1]?.();
    expect(await Promise.all(second)).toEqual([2, 2, 2]);
  });

  it('is tried anew after it has failed', async () => {
    let turns = 0;
    const ask = nextTurn(() => (++turns === 1 ? Promise.reject(new Error('down')) : Promise.resolve(turns)));
    await expect(ask()).rejects.toThrow('down');
    expect(await ask()).toBe(2);
  });
});
