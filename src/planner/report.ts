import type { HostForecast, Plan, PlannedStart, PlannedStaysDown, Refusal } from '../contract/plan.ts';
import type { Balanced } from './balance.ts';
import type { Candidate, LeftDown } from './candidates.ts';
import type { Choice } from './choose.ts';
import type { Cluster } from './cluster.ts';
import { cpuPercent } from './figures.ts';
import type { PlanVm } from './input.ts';
import type { Preferred } from './prefer.ts';
import type { Problem } from './problem.ts';
import { Scene } from './refusals.ts';
import type { Steps } from './steps.ts';

/** Everything that was decided about one failure. */
export interface Outcome {
  /** What was placed by. */
  problem: Problem;
  /** What decided who runs. */
  whoRuns: Problem;
  choice: Choice;
  preferred: Preferred;
  balanced: Balanced;
  /** No placement of these VMs goes beyond the CPU thresholds less, and of those that go as little none is evener. */
  proved: boolean;
  /** By VM: its preferred host, or -1. */
  preferredHosts: readonly number[];
  steps: Steps;
}

/** Puts the decisions into the plan that screens and records show, with the reason for every refused host. */
export function writePlan(
  cluster: Cluster,
  failed: readonly string[],
  all: readonly (Candidate | LeftDown)[],
  outcome: Outcome,
): Plan {
  const { problem, choice, preferred, balanced, proved, steps } = outcome;
  const { placement } = balanced;
  const down = staysDown(cluster, outcome);
  const scene = new Scene(problem, cluster.policy);
  const before = problem.hosts.map((_, host) => forecastOf(scene, problem, host));
  for (const vm of choice.chosen) scene.place(vm, placement[vm] ?? -1);
  const after = problem.hosts.map((_, host) => forecastOf(scene, problem, host));

  const indexOf = new Map(problem.vms.map((candidate, index) => [candidate.vm.uuid, index]));
  let position = 0;
  const vms = all.map((entry): PlannedStart | PlannedStaysDown => {
    const common = identity(entry.vm, entry.tier);
    if ('cause' in entry) {
      const detail = entry.detail === undefined ? {} : { detail: entry.detail };
      return { ...common, outcome: 'stays-down', cause: entry.cause, ...detail, refused: [] };
    }
    const vm = indexOf.get(entry.vm.uuid) ?? -1;
    const stays = down.get(vm);
    if (stays !== undefined) return { ...common, outcome: 'stays-down', ...stays };
    const host = placement[vm] ?? -1;
    position += 1;
    const refused = otherHosts(scene, outcome, vm, host);
    const over = overCpu(problem, host, after[host]?.cpuPercent ?? 0);
    return { ...common, outcome: 'start', host: hostName(problem, host), position, ...over, refused };
  });

  const uuids = (list: readonly number[]): string[] => list.map((vm) => problem.vms[vm]?.vm.uuid ?? '');
  return {
    failed: [...failed],
    vms,
    hosts: problem.hosts.map((host, h) => ({
      host: host.name,
      memoryFree: before[h]?.memoryFree ?? 0,
      memoryFreeAfter: after[h]?.memoryFree ?? 0,
      cpuPercent: before[h]?.cpuPercent ?? 0,
      cpuPercentAfter: after[h]?.cpuPercent ?? 0,
    })),
    search: {
      exact: choice.undecided.length === 0 && preferred.undecided.length === 0,
      steps: steps.taken,
      limit: steps.limit,
      undecided: uuids(choice.undecided),
      undecidedPreferences: uuids(preferred.undecided),
      balance: proved ? 'proved' : 'improved',
    },
  };
}

const identity = (vm: PlanVm, tier: number) => ({ uuid: vm.uuid, name: vm.name, home: vm.host, tier });

const hostName = (problem: Problem, host: number): string => problem.hosts[host]?.name ?? '';

type Forecast = Pick<HostForecast, 'memoryFree' | 'cpuPercent'>;

function forecastOf(scene: Scene, problem: Problem, host: number): Forecast {
  const planHost = problem.hosts[host];
  if (planHost === undefined) throw new RangeError(`no host ${host} in the problem`);
  return { memoryFree: scene.memoryFree(host), cpuPercent: cpuPercent(planHost, scene.cpuUsed(host)) };
}

/** Rounding must make no host that is just at its threshold one beyond it. */
function overCpu(problem: Problem, host: number, percentAfter: number): Pick<PlannedStart, 'overCpu'> {
  const threshold = problem.thresholds[host]?.maxCpuPercent ?? 0;
  return percentAfter > threshold + 1e-9 ? { overCpu: { percentAfter, threshold } } : {};
}

/** By VM that is not started: why, judged with only the VMs above it in place. */
function staysDown({ policy }: Cluster, { whoRuns: problem, choice, balanced }: Outcome) {
  const undecided = new Set(choice.undecided);
  const chosen = new Set(choice.chosen);
  const scene = new Scene(problem, policy);
  const down = new Map<number, { cause: 'no-host' | 'undecided'; refused: Refusal[] }>();
  for (const vm of problem.vms.keys()) {
    if (chosen.has(vm)) scene.place(vm, balanced.placement[vm] ?? -1);
    else down.set(vm, { cause: undecided.has(vm) ? 'undecided' : 'no-host', refused: scene.refusals(vm) });
  }
  return down;
}

/** Why a started VM is on none of the other hosts, judged with all the rest of the plan in place. */
function otherHosts(scene: Scene, outcome: Outcome, vm: number, host: number): Refusal[] {
  const { problem, preferred, preferredHosts } = outcome;
  const bound = preferredHosts[vm] === host && preferred.rows[vm]?.[host] === 1;
  scene.remove(vm);
  const refused: Refusal[] = [];
  for (const other of problem.hosts.keys()) {
    if (other === host) continue;
    const reasons = scene.reasons(vm, other);
    if (reasons.length === 0) {
      reasons.push(
        bound
          ? { kind: 'preferred-elsewhere', preferred: hostName(problem, host) }
          : { kind: 'less-even', loadAfter: scene.loadAfter(vm, other) },
      );
    }
    refused.push({ host: hostName(problem, other), reasons });
  }
  scene.place(vm, host);
  return refused;
}
