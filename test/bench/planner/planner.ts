import fc from 'fast-check';
import { MinimeError } from '../../../src/contract/errors.ts';
import { plan } from '../../../src/planner/plan.ts';
import { readiness } from '../../../src/planner/readiness.ts';
import { compareWithBruteForce } from './compareWithBruteForce.ts';
import { compareWithPacemaker } from './compareWithPacemaker.ts';
import { type CrmCase, hasCrmSimulate } from './crmSimulate.ts';
import { fullSite } from './fullSite.ts';
import { largerCluster } from './largerClusters.ts';
import { smallCluster } from './smallClusters.ts';

/** How fast the planner is at the largest size aimed at, and how good beside Pacemaker and beside trying everything. */

const PACEMAKER_CASES = 10_000;
const BATCH = 250;
/** Batches under way at a time: while one is planned here, crm_simulate works on the next. */
const BATCHES_AT_ONCE = 2;
const BRUTE_FORCE_CASES = 10_000;

const round = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

function measure(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Wall clock. `first`: what a process pays that plans once, its code not yet optimised. */
function measureSpeed() {
  const roomy = fullSite(0.8, 1);
  const crowded = fullSite(1.06, 2);
  const failed = roomy.hosts.map(({ name }) => name);
  const first = measure(() => plan({ ...roomy, failed: ['n1'] }));
  const each = (input: typeof roomy): number =>
    round(median(failed.map((name) => measure(() => plan({ ...input, failed: [name] })))));
  return {
    plan_ms: each(roomy),
    plan_first_ms: round(first),
    plan_crowded_ms: each(crowded),
    readiness_ms: round(median(Array.from({ length: 5 }, () => measure(() => readiness(roomy))))),
    readiness_crowded_ms: round(median(Array.from({ length: 5 }, () => measure(() => readiness(crowded))))),
  };
}

async function compareAllWithPacemaker(seed: number) {
  if (!hasCrmSimulate()) {
    throw new MinimeError({
      kind: 'not-found',
      message: 'crm_simulate is not installed, so there is nothing to compare with.',
      remedy: 'sudo apt-get install pacemaker-cli-utils',
    });
  }
  const inputs = fc.sample(largerCluster, { numRuns: PACEMAKER_CASES, seed });
  const cases = inputs.map(
    (input, index): CrmCase => ({ input, strategy: index % 2 === 0 ? 'balanced' : 'utilization' }),
  );
  const total = { cases: 0, worse: 0, better: 0, inexact: 0 };
  const worker = async (): Promise<void> => {
    for (let batch = cases.splice(0, BATCH); batch.length > 0; batch = cases.splice(0, BATCH)) {
      const { worse, better, inexact } = await compareWithPacemaker(batch);
      for (const one of worse) console.error(`worse than crm_simulate: ${JSON.stringify(one)}`);
      total.cases += batch.length;
      total.worse += worse.length;
      total.better += better;
      total.inexact += inexact;
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, worker));
  return total;
}

function compareAllWithBruteForce(seed: number): number {
  let mismatches = 0;
  for (const input of fc.sample(smallCluster, { numRuns: BRUTE_FORCE_CASES, seed })) {
    const wrong = compareWithBruteForce(input);
    if (wrong.length === 0) continue;
    mismatches += 1;
    console.error(`other than brute force: ${wrong.join('; ')}: ${JSON.stringify(input)}`);
  }
  return mismatches;
}

export async function runPlannerBench(): Promise<object> {
  const speed = measureSpeed();
  const pacemaker = await compareAllWithPacemaker(1);
  return {
    bench: 'planner',
    ...speed,
    cases: pacemaker.cases,
    worse_than_crm_simulate: pacemaker.worse,
    better_than_crm_simulate: pacemaker.better,
    inexact: pacemaker.inexact,
    brute_force_cases: BRUTE_FORCE_CASES,
    brute_force_mismatches: compareAllWithBruteForce(1),
  };
}
