import { describe, expect, test } from 'vitest';
import { createLoadHistory } from './loadHistory.ts';

const MINUTE = 60_000;
const sample = (at: number) => ({ at, cpuPercent: at % 100, memoryFree: 1, memoryTotal: 2 });

describe('the load history', () => {
  test('keeps every sample of the last five minutes', () => {
    const history = createLoadHistory();
    for (let at = 2000; at <= 4 * MINUTE; at += 2000) history.add(sample(at));
    expect(history.samples()).toHaveLength(120);
  });

  test('spans the last hour with few enough samples for a chart, oldest first', () => {
    const history = createLoadHistory();
    const end = 180 * MINUTE;
    for (let at = 2000; at <= end; at += 2000) history.add(sample(at));
    const times = history.samples().map((one) => one.at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(end - 60 * MINUTE);
    expect(times[0]).toBeLessThan(end - 59 * MINUTE);
    expect(times.at(-1)).toBe(end);
    expect(times.length).toBeLessThan(330);
    expect(times.filter((at) => at > end - 5 * MINUTE)).toHaveLength(150);
  });

  test('drops what is older than an hour after a gap', () => {
    const history = createLoadHistory();
    history.add(sample(1000));
    history.add(sample(90 * MINUTE));
    expect(history.samples().map((one) => one.at)).toEqual([90 * MINUTE]);
  });

  test('starts anew when the clock is set back', () => {
    const history = createLoadHistory();
    history.add(sample(10_000));
    history.add(sample(4_000));
    expect(history.samples().map((one) => one.at)).toEqual([4_000]);
  });

  test('takes one sample per moment', () => {
    const history = createLoadHistory();
    history.add(sample(1000));
    history.add(sample(1000));
    expect(history.samples()).toHaveLength(1);
  });
});
