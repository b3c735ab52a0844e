import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createThrottle } from './throttle.ts';

describe('the throttle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('lets the first through at once and then the newest per interval', () => {
    const seen: string[] = [];
    const throttle = createThrottle<number>(1000, (key, value) => seen.push(`${key}${value}`));
    for (const value of [1, 2, 3]) throttle.push('a', value);
    throttle.push('b', 1);
    expect(seen).toEqual(['a1', 'b1']);
    vi.advanceTimersByTime(999);
    expect(seen).toEqual(['a1', 'b1']);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['a1', 'b1', 'a3']);
    throttle.push('a', 4);
    expect(seen).toHaveLength(3);
    vi.advanceTimersByTime(1000);
    expect(seen.at(-1)).toBe('a4');
    vi.advanceTimersByTime(5000);
    throttle.push('a', 5);
    expect(seen.at(-1)).toBe('a5');
  });

  test('forgets what is dropped', () => {
    const seen: number[] = [];
    const throttle = createThrottle<number>(1000, (_, value) => seen.push(value));
    throttle.push('a', 1);
    throttle.push('a', 2);
    throttle.drop('a');
    vi.advanceTimersByTime(5000);
    expect(seen).toEqual([1]);
    throttle.push('a', 3);
    throttle.push('a', 4);
    throttle.dispose();
    vi.advanceTimersByTime(5000);
    expect(seen).toEqual([1, 3]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
