import type { LoadSample } from '../../../src/contract/consoleApi.ts';

const HOUR = 3_600_000;
/** Samples younger than this are all kept; older ones are thinned. */
const FULL_DETAIL = 5 * 60_000;
const THINNED_INTERVAL = 20_000;

/**
 * The load of one host over the last hour: every sample of the last five minutes, before that one in 20 s. About 320
 * samples at one per 2 s, so a chart needs no further thinning.
 */
export interface LoadHistory {
  add(sample: LoadSample): void;
  /** Oldest first, none older than an hour before the newest. */
  samples(): LoadSample[];
}

export function createLoadHistory(): LoadHistory {
  let old: LoadSample[] = [];
  let recent: LoadSample[] = [];

  /** Moves what has left full detail; of each interval the first sample stands for all. */
  const age = (now: number) => {
    const cut = recent.findIndex((sample) => sample.at > now - FULL_DETAIL);
    const leaving = recent.splice(0, cut === -1 ? recent.length : cut);
    for (const sample of leaving) {
      const last = old.at(-1);
      if (last === undefined || sample.at - last.at >= THINNED_INTERVAL) old.push(sample);
    }
    const firstKept = old.findIndex((sample) => sample.at > now - HOUR);
    if (firstKept !== 0) old = firstKept === -1 ? [] : old.slice(firstKept);
  };

  return {
    add(sample) {
      const last = recent.at(-1) ?? old.at(-1);
      // The clock was set back: samples out of order would draw a knot, so the past is given up.
      if (last !== undefined && sample.at < last.at) {
        old = [];
        recent = [];
      } else if (last !== undefined && sample.at === last.at) {
        return;
      }
      recent.push(sample);
      age(sample.at);
    },
    samples: () => [...old, ...recent],
  };
}
