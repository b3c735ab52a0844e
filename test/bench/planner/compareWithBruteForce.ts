import type { Plan } from '../../../src/contract/plan.ts';
import type { PlanInput } from '../../../src/planner/input.ts';
import { plan } from '../../../src/planner/plan.ts';
import {
  bestMerit,
  brokenRules,
  compareMerit,
  meritOf,
  placementOf,
  survivors,
  vmsToStart,
} from './bruteForce.ts';

/** What is wrong with the planner's plan for a small cluster, by looking at all plans; empty: nothing. */
export function compareWithBruteForce(input: PlanInput): string[] {
  const planned = plan(input);
  const vms = vmsToStart(input);
  const placement = placementOf(input, planned);
  const wrong = brokenRules(input, vms, placement);
  const [own, best] = [meritOf(input, vms, placement), bestMerit(input)];
  if (compareMerit(own, best) !== 0)
    wrong.push(`it has ${JSON.stringify(own)}, the best ${JSON.stringify(best)}`);
  if (!planned.search.exact) wrong.push('its search ended at its bound');
  if (planned.search.balance !== 'proved') wrong.push('its balance is not proved');
  wrong.push(...missingReasons(input, planned), ...wrongAboutCpu(planned, own.beyond));
  return wrong;
}

/** VMs of which the plan does not say rightly whether their host is beyond its CPU threshold. */
function wrongAboutCpu({ vms, hosts }: Plan, beyond: number): string[] {
  const points = vms.flatMap((vm) => {
    if (vm.outcome !== 'start' || vm.overCpu === undefined) return [];
    const { percentAfter, threshold } = vm.overCpu;
    const isForecast = hosts.some(
      ({ host, cpuPercentAfter }) => host === vm.host && cpuPercentAfter === percentAfter,
    );
    return isForecast ? [Math.ceil(percentAfter - threshold)] : [Number.NaN];
  });
  const told = Math.max(0, ...points);
  return told === beyond
    ? []
    : [`it tells of ${told} percent points beyond the CPU threshold, it is ${beyond}`];
}

/** Hosts of which the plan does not say why a VM is not there. */
function missingReasons(input: PlanInput, planned: Plan): string[] {
  const hosts = survivors(input).map((host) => host.name);
  return planned.vms.flatMap((entry) => {
    if (entry.outcome === 'stays-down' && (entry.cause === 'rule' || entry.cause === 'unprotected'))
      return [];
    const expected = hosts.filter((host) => entry.outcome === 'stays-down' || host !== entry.host);
    const given = entry.refused
      .filter((refusal) => refusal.reasons.length > 0)
      .map((refusal) => refusal.host);
    return expected
      .filter((host) => !given.includes(host))
      .map((host) => `no reason why ${entry.name} is not on ${host}`);
  });
}
