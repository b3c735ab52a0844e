import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareWithBruteForce } from '../../test/bench/planner/compareWithBruteForce.ts';
import { smallCluster } from '../../test/bench/planner/smallClusters.ts';

it('gives the best of all plans for 2,000 random small clusters with every kind of rule', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(smallCluster, (input) => {
      expect(compareWithBruteForce(input)).toEqual([]);
    }),
    { numRuns: 2000, seed: 20_261 },
  );
});
