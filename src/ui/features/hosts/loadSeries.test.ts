import { describe, expect, it } from 'vitest';
import type { LoadSample } from '../../../contract/consoleApi.ts';
import { appendSample, chartPoints, joinHistory } from './loadSeries.ts';

const at = (ms: number, cpuPercent = 10): LoadSample => ({
  at: ms,
  cpuPercent,
  memoryFree: 1,
  memoryTotal: 2,
});

describe('load over time', () => {
  it('forgets what is older than an hour', () =>
    expect(appendSample([at(0), at(3_600_000)], at(3_600_001)).map((sample) => sample.at)).toEqual([
      3_600_000, 3_600_001,
    ]));

  it('joins history and what came meanwhile without a repetition', () =>
    expect(joinHistory([at(1), at(3)], [at(3), at(5)]).map((sample) => sample.at)).toEqual([1, 3, 5]));

  it('keeps few samples as they are', () =>
    expect(chartPoints([at(0, 1), at(2000, 2), at(4000, 3)], 4000).map((point) => point.cpu)).toEqual([
      1, 2, 3,
    ]));

  it('never draws more than a few hundred points, and averages', () => {
    const samples = Array.from({ length: 1800 }, (_, index) => at(index * 2000, index % 2 === 0 ? 0 : 100));
    const points = chartPoints(samples, 3_600_000);
    expect(points.length).toBeLessThanOrEqual(241);
    const middle = points[100]?.cpu ?? 0;
    expect(middle).toBeGreaterThan(30);
    expect(middle).toBeLessThan(70);
  });

  it('breaks the line where nothing was heard', () => {
    const points = chartPoints([at(0), at(2000), at(300_000), at(302_000)], 302_000);
    expect(points.map((point) => point.cpu === null)).toEqual([false, false, true, false, false]);
  });

  it('draws nothing from nothing', () => expect(chartPoints([], 5)).toEqual([]));
});
