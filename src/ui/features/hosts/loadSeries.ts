import type { LoadSample } from '../../../contract/consoleApi.ts';

const HOUR = 3_600_000;
/** A chart is a few hundred pixels wide; more points cost time and show nothing. */
const POINTS = 240;
/** Without a sample for this long the line is broken: nobody knows what was in between. */
const GAP_MS = 60_000;

export interface LoadPoint {
  at: number;
  cpu: number | null;
  /** Bytes. */
  memoryFree: number | null;
}

export function appendSample(samples: LoadSample[], sample: LoadSample): LoadSample[] {
  return [...samples.filter((known) => known.at > sample.at - HOUR), sample];
}

/** The history that was asked for, and what came in while it was on its way. */
export function joinHistory(history: LoadSample[], since: LoadSample[]): LoadSample[] {
  const last = history.at(-1)?.at ?? 0;
  return [...history, ...since.filter((sample) => sample.at > last)];
}

/** At most `POINTS` points: samples averaged over equal spans of time, with a break wherever none came for long. */
export function chartPoints(samples: LoadSample[], now: number): LoadPoint[] {
  const first = samples[0]?.at ?? now;
  const width = Math.max(1, (now - first) / POINTS);
  const points: LoadPoint[] = [];
  let bucket: LoadSample[] = [];
  let bucketIndex = 0;
  let last = first;
  const flush = () => {
    if (bucket.length === 0) return;
    const average = (figure: (sample: LoadSample) => number) =>
      bucket.reduce((sum, sample) => sum + figure(sample), 0) / bucket.length;
    points.push({
      at: Math.round(average((sample) => sample.at)),
      cpu: average((sample) => sample.cpuPercent),
      memoryFree: average((sample) => sample.memoryFree),
    });
    bucket = [];
  };
  for (const sample of samples) {
    const index = Math.min(POINTS - 1, Math.floor((sample.at - first) / width));
    const broken = sample.at - last > GAP_MS;
    if (index !== bucketIndex || broken) flush();
    if (broken) points.push({ at: Math.round((last + sample.at) / 2), cpu: null, memoryFree: null });
    bucketIndex = index;
    bucket.push(sample);
    last = sample.at;
  }
  flush();
  return points;
}
