import type { FailoverRecord } from './failover.ts';

/** A VM that did otherwise in a drill than was expected. Null: it does not run. */
export interface DrillDifference {
  name: string;
  expected: string | null;
  happened: string | null;
}

/** What came otherwise than the dry run before had it; null: it was no drill, or has not ended. Pure. */
export function drillDifferences({ drill, times, vms }: FailoverRecord): DrillDifference[] | null {
  if (drill === undefined || times.ended === undefined) return null;
  return vms.flatMap(({ uuid, name, outcome, host = null }) => {
    if (outcome === 'not-wanted') return [];
    const expected = drill.expected[uuid];
    const happened = outcome === 'running' || outcome === 'running-elsewhere' ? host : null;
    // Not there at the dry run: it began to run in between.
    return expected === undefined || expected === happened ? [] : [{ name, expected, happened }];
  });
}
