import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareWithPacemaker } from '../../test/bench/planner/compareWithPacemaker.ts';
import { crmSimulate, hasCrmSimulate } from '../../test/bench/planner/crmSimulate.ts';
import { largerCluster } from '../../test/bench/planner/largerClusters.ts';
import { pacemakerExample } from '../../test/bench/planner/pacemakerExample.ts';
import { plan } from './plan.ts';
import { hostsOf } from './testing/cluster.ts';

/** Without the Debian package pacemaker-cli-utils there is nothing to compare with. */
describe.skipIf(!hasCrmSimulate())('beside crm_simulate', { timeout: 60_000 }, () => {
  it('starts all three resources of the example in Pacemaker Explained, where Pacemaker leaves one stopped', async () => {
    const [pacemaker] = await crmSimulate([{ input: pacemakerExample, strategy: 'balanced' }]);
    expect([...(pacemaker?.keys() ?? [])].sort()).toEqual(['rsc-medium', 'rsc-small']);
    expect(Object.values(hostsOf(plan(pacemakerExample)))).not.toContain(null);
  });

  it('is never worse by priority on 100 random larger clusters', async () => {
    const inputs = fc.sample(largerCluster, { numRuns: 100, seed: 20_262 });
    const cases = inputs.map((input, index) => ({
      input,
      strategy: index % 2 === 0 ? ('balanced' as const) : ('utilization' as const),
    }));
    const comparison = await compareWithPacemaker(cases);
    expect(comparison.worse).toEqual([]);
    expect(comparison.better).toBeGreaterThan(0);
  });
});
