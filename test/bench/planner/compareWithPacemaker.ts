import { plan } from '../../../src/planner/plan.ts';
import { brokenRules, placementOf, vmsToStart } from './bruteForce.ts';
import { type CrmCase, crmSimulate } from './crmSimulate.ts';

export interface Comparison {
  cases: number;
  /** Cases in which the first VM, by priority, that only one of the two starts is started by the planner. */
  better: number;
  /** ... and in which it is started by Pacemaker. */
  worse: CrmCase[];
  /** Cases in which the planner's search ended at its bound. */
  inexact: number;
}

/** Plans the same cases with both and compares which VMs run, by priority. Throws if either breaks a rule. */
export async function compareWithPacemaker(cases: readonly CrmCase[]): Promise<Comparison> {
  const placements = await crmSimulate(cases);
  const comparison: Comparison = { cases: cases.length, better: 0, worse: [], inexact: 0 };
  for (const [index, one] of cases.entries()) {
    const vms = vmsToStart(one.input);
    const planned = plan(one.input);
    const ours = placementOf(one.input, planned);
    const theirs = vms.map((vm) => placements[index]?.get(vm.uuid) ?? null);
    for (const [who, placement] of Object.entries({ planner: ours, crm_simulate: theirs })) {
      const broken = brokenRules(one.input, vms, placement);
      if (broken.length > 0) throw new Error(`${who} broke: ${broken.join(', ')}\n${JSON.stringify(one)}`);
    }
    const differs = vms.findIndex((_, vm) => (ours[vm] === null) !== (theirs[vm] === null));
    if (differs >= 0 && ours[differs] !== null) comparison.better += 1;
    if (differs >= 0 && ours[differs] === null) comparison.worse.push(one);
    if (!planned.search.exact) comparison.inexact += 1;
  }
  return comparison;
}
