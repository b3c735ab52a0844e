import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { gather } from './gather.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('hands on the first at once, and what follows together', () => {
  const handed: (readonly number[])[] = [];
  const { add } = gather<number>(50, (items) => handed.push(items));
  add(1);
  expect(handed).toEqual([[1]]);
  add(2);
  add(3);
  expect(handed).toEqual([[1]]);
  vi.advanceTimersByTime(50);
  expect(handed).toEqual([[1], [2, 3]]);
  add(4);
  vi.advanceTimersByTime(49);
  expect(handed).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(handed).toEqual([[1], [2, 3], [4]]);
  vi.advanceTimersByTime(50);
  add(5);
  expect(handed.at(-1)).toEqual([5]);
});

it('hands on at once what waits when somebody must see it, and not a second time', () => {
  const handed: (readonly number[])[] = [];
  const { add, flush } = gather<number>(50, (items) => handed.push(items));
  add(1);
  add(2);
  flush();
  flush();
  vi.advanceTimersByTime(100);
  expect(handed).toEqual([[1], [2]]);
});
