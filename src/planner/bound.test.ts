import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenRules, placementOf, survivors, vmsToStart } from '../../test/bench/planner/bruteForce.ts';
import { largerCluster } from '../../test/bench/planner/largerClusters.ts';
import { planSchema } from '../contract/plan.ts';
import { plan } from './plan.ts';

/** Clusters with about as much room as is needed are hard; a bound this low is reached often. */
const lowBound = 300;

describe('the bound of the search', { timeout: 60_000 }, () => {
  const inputs = fc.sample(largerCluster, { numRuns: 60, seed: 5 });
  const plans = inputs.map((input) => ({ input, result: plan({ ...input, searchLimit: lowBound }) }));

  it('is kept and reported', () => {
    for (const { result } of plans) {
      expect(result.search.limit).toBe(lowBound);
      expect(result.search.steps).toBeLessThanOrEqual(lowBound);
      const undecided = result.vms.filter((vm) => vm.outcome === 'stays-down' && vm.cause === 'undecided');
      expect(result.search.undecided).toEqual(undecided.map((vm) => vm.uuid));
      expect(result.search.exact).toBe(undecided.length === 0);
    }
  });

  it('is reached by some of these clusters and not by others', () => {
    const inexact = plans.filter(({ result }) => !result.search.exact).length;
    expect(inexact).toBeGreaterThan(5);
    expect(inexact).toBeLessThan(55);
  });

  it('never makes a plan break a rule or leave a reason out', () => {
    for (const { input, result } of plans) {
      expect(brokenRules(input, vmsToStart(input), placementOf(input, result))).toEqual([]);
      expect(planSchema.safeParse(result).success).toBe(true);
      for (const vm of result.vms) {
        expect(vm.refused).toHaveLength(survivors(input).length - (vm.outcome === 'start' ? 1 : 0));
      }
    }
  });

  it('leaves no VM down for which the plan has room, lower VMs aside', () => {
    for (const { input, result } of plans) {
      const vms = vmsToStart(input);
      const placement = placementOf(input, result);
      for (const [index, host] of placement.entries()) {
        if (host !== null) continue;
        for (const { name } of survivors(input)) {
          const above = [...placement.slice(0, index), name];
          expect(brokenRules(input, vms, above)).not.toEqual([]);
        }
      }
    }
  });
});
