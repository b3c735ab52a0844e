import type { Plan } from '../contract/plan.ts';
import { balance } from './balance.ts';
import { type Candidate, type LeftDown, readCandidates } from './candidates.ts';
import { type Choice, choose, chooseEverything, chooseOneByOne } from './choose.ts';
import { type Cluster, readCluster } from './cluster.ts';
import type { PlanInput } from './input.ts';
import { leastBeyond } from './leastBeyond.ts';
import { prefer } from './prefer.ts';
import { limitCpu, type Problem, readProblem, withoutCpu } from './problem.ts';
import { Scene } from './refusals.ts';
import { type Outcome, writePlan } from './report.ts';
import type { Placement } from './solve.ts';
import { Steps } from './steps.ts';

/** Bound of the search for one plan: some tens of milliseconds at 32 hosts. */
export const SEARCH_LIMIT = 10_000;

/**
 * Where each VM of the failed hosts is to be started, in which order, and why some stay down. The same input gives the
 * same plan anywhere. Throws `invalid-input` if a host name or a VM uuid comes twice.
 */
export function plan(input: PlanInput): Plan {
  return planFailure(readCluster(input), {
    failed: input.failed,
    strays: true,
    searchLimit: input.searchLimit ?? SEARCH_LIMIT,
  });
}

export interface Failure {
  failed: readonly string[];
  /** Plan the VMs that run nowhere too. */
  strays: boolean;
  searchLimit: number;
}

export function planFailure(cluster: Cluster, { failed, strays, searchLimit }: Failure): Plan {
  const failedHosts = new Set(failed);
  const all = readCandidates(cluster, failedHosts, strays);
  const problem = readProblem(cluster, failedHosts, all.filter(isCandidate));
  return writePlan(cluster, failed, all, decide(cluster, problem, new Steps(searchLimit)));
}

export const isCandidate = (entry: Candidate | LeftDown): entry is Candidate => 'memory' in entry;

/**
 * Chooses which VMs run, then goes as little beyond the CPU thresholds as that takes, then gives preferred hosts, then evens
 * the load; each step keeps what the ones before won.
 */
function decide(cluster: Cluster, free: Problem, steps: Steps): Outcome {
  const preferredHosts = free.vms.map(({ vm }) => {
    const name = cluster.policy.rules.vms[vm.uuid]?.preferredHost;
    return free.hosts.findIndex((host) => host.name === name);
  });
  const limited = limitCpu(free, 0);
  const everything = chooseEverything(limited, steps);
  const all = everything?.chosen.length === free.vms.length;
  const mayGoBeyond = cluster.policy.thresholds.overCpu === 'start' && !all;
  const whoRuns = mayGoBeyond ? withoutCpu(free) : limited;
  let choice = mayGoBeyond ? choose(whoRuns, steps) : (everything ?? chooseOneByOne(limited, steps));
  for (;;) {
    const placed = mayGoBeyond
      ? leastBeyond(free, choice, steps)
      : { problem: limited, placement: choice.placement, proved: true };
    const { problem } = placed;
    const preferred = prefer(problem, { ...choice, placement: placed.placement }, preferredHosts, steps);
    const balanced = balance(problem, choice.chosen, preferred.rows, preferred.placement);
    const better = settleUndecided(cluster, whoRuns, choice, balanced.placement, steps);
    if (better === null) {
      const proved = placed.proved && balanced.proved;
      return { problem, whoRuns, choice, preferred, balanced, proved, preferredHosts, steps };
    }
    choice = better;
  }
}

/**
 * A VM left undecided may turn out to fit after all once the others were moved about. Each time that happens the choice
 * gets better by priority, so this comes to an end.
 */
function settleUndecided(
  cluster: Cluster,
  problem: Problem,
  choice: Choice,
  placement: Placement,
  steps: Steps,
): Choice | null {
  for (const vm of choice.undecided) {
    const scene = new Scene(problem, cluster.policy);
    for (const other of choice.chosen) if (other < vm) scene.place(other, placement[other] ?? -1);
    const host = problem.hosts.findIndex((_, index) => scene.reasons(vm, index).length === 0);
    if (host < 0) continue;
    const start = placement.map((at, other) => (other === vm ? host : at));
    return chooseOneByOne(problem, steps, { choice, placement: start, vm });
  }
  return null;
}
