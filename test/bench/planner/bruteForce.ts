import type { Plan } from '../../../src/contract/plan.ts';
import type { PlanHost, PlanInput, PlanVm } from '../../../src/planner/input.ts';

/**
 * The best plan of a small cluster, found by looking at every plan there is. Written from the documentation alone and
 * sharing no code with the planner. Expects whole numbers for all CPU figures, and every CPU use measured.
 */

/** By VM in restart order: its host, or null. */
type Placement = readonly (string | null)[];

export interface Merit {
  /** By VM in restart order: 1 if it runs. */
  runs: number[];
  /** Whole percent points by which the host that is furthest beyond its CPU threshold is so. Lower is better. */
  beyond: number;
  /** By VM in restart order: 1 if it runs on its preferred host. */
  preferred: number[];
  /** Lower is better, the first one first. */
  peak: number;
  spread: number;
}

/** Above 0: a is better; 0: they are equal. */
export function compareMerit(a: Merit, b: Merit): number {
  for (const vector of ['runs', 'preferred'] as const) {
    if (vector === 'preferred' && a.beyond !== b.beyond) return b.beyond - a.beyond;
    for (const [index, value] of a[vector].entries()) {
      const difference = value - (b[vector][index] ?? 0);
      if (difference !== 0) return difference;
    }
  }
  if (Math.abs(a.peak - b.peak) > 1e-9) return b.peak - a.peak;
  return Math.abs(a.spread - b.spread) > 1e-9 ? b.spread - a.spread : 0;
}

export const survivors = (input: PlanInput): PlanHost[] =>
  input.hosts.filter((host) => !input.failed.includes(host.name));

/** VMs a takeover tries to start, in restart order. */
export function vmsToStart(input: PlanInput): PlanVm[] {
  const listed = input.policy.tiers.flatMap((tier) => tier.vms);
  const rank = (vm: PlanVm): number => (listed.includes(vm.uuid) ? listed.indexOf(vm.uuid) : listed.length);
  return input.vms
    .filter((vm) => vm.host === null || input.failed.includes(vm.host))
    .filter((vm) => vm.unprotected === undefined)
    .filter((vm) => input.policy.rules.vms[vm.uuid]?.restart !== 'leave-down')
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

const runningOn = (input: PlanInput, uuid: string): string | null => {
  const host = input.vms.find((vm) => vm.uuid === uuid)?.host ?? null;
  return host === null || input.failed.includes(host) ? null : host;
};

const demandOn = (input: PlanInput, host: string, vms: readonly PlanVm[], placement: Placement): PlanVm[] => [
  ...vms.filter((_, index) => placement[index] === host),
  ...input.vms.filter((vm) => vm.starting === true && vm.host === host),
];

const memoryUsed = (host: PlanHost, demand: readonly PlanVm[]): number =>
  host.memoryTotal - host.memoryFree + demand.reduce((sum, vm) => sum + vm.memory, 0);

/** Percent of one core. */
const cpuUsed = (host: PlanHost, demand: readonly PlanVm[]): number =>
  host.cores * host.cpuPercent + demand.reduce((sum, vm) => sum + (vm.cpuPercent ?? Number.NaN), 0);

/** Percent points beyond the CPU threshold. */
function percentBeyond({ policy }: PlanInput, host: PlanHost, demand: readonly PlanVm[]): number {
  const own = policy.thresholds.hosts[host.name]?.maxCpuPercent;
  return cpuUsed(host, demand) / host.cores - (own ?? policy.thresholds.cluster.maxCpuPercent);
}

/** What a placement of the first VMs breaks; empty: it may stand. */
export function brokenRules(input: PlanInput, vms: readonly PlanVm[], placement: Placement): string[] {
  const broken: string[] = [];
  const { policy } = input;
  for (const host of survivors(input)) {
    if (!placement.includes(host.name)) continue;
    const own = policy.thresholds.hosts[host.name];
    const minFree = own?.minFreeMemory ?? policy.thresholds.cluster.minFreeMemory;
    const demand = demandOn(input, host.name, vms, placement);
    if (host.memoryTotal - memoryUsed(host, demand) < minFree) broken.push(`memory of ${host.name}`);
    if (policy.thresholds.overCpu === 'leave-down' && percentBeyond(input, host, demand) > 0)
      broken.push(`CPU of ${host.name}`);
    if (host.unavailable !== undefined) broken.push(`${host.name} is unavailable`);
  }
  for (const [index, vm] of vms.entries()) {
    const host = placement[index] ?? null;
    if (host === null) continue;
    if (!survivors(input).some((survivor) => survivor.name === host)) broken.push(`${vm.name} on ${host}`);
    if (policy.rules.vms[vm.uuid]?.allowedHosts?.includes(host) === false)
      broken.push(`${vm.name} not allowed`);
    if (vm.excludedHosts?.some((excluded) => excluded.host === host)) broken.push(`${vm.name} excluded`);
  }
  for (const group of policy.rules.groups) {
    const running = group.vms.map((uuid) => runningOn(input, uuid)).filter((host) => host !== null);
    const placed = vms
      .map((vm, index) => (group.vms.includes(vm.uuid) ? (placement[index] ?? null) : null))
      .filter((host) => host !== null);
    if (group.kind === 'keep-apart') {
      if (new Set(placed).size < placed.length) broken.push(group.name);
      if (placed.some((host) => running.includes(host))) broken.push(group.name);
    } else {
      if (new Set(placed).size > 1) broken.push(group.name);
      if (running.length > 0 && placed.some((host) => !running.includes(host))) broken.push(group.name);
    }
  }
  return broken;
}

export function meritOf(input: PlanInput, vms: readonly PlanVm[], placement: Placement): Merit {
  const loads = survivors(input).flatMap((host) => {
    const demand = demandOn(input, host.name, vms, placement);
    return [memoryUsed(host, demand) / host.memoryTotal, cpuUsed(host, demand) / (host.cores * 100)];
  });
  return {
    runs: placement.map((host) => (host === null ? 0 : 1)),
    beyond: Math.max(
      0,
      ...survivors(input)
        .filter((host) => placement.includes(host.name))
        .map((host) => Math.ceil(percentBeyond(input, host, demandOn(input, host.name, vms, placement)))),
    ),
    preferred: vms.map((vm, index) => {
      const preferred = input.policy.rules.vms[vm.uuid]?.preferredHost;
      return preferred !== undefined && placement[index] === preferred ? 1 : 0;
    }),
    peak: Math.max(0, ...loads),
    spread: loads.reduce((sum, load) => sum + load * load, 0),
  };
}

/** The merit of the best plan. */
export function bestMerit(input: PlanInput): Merit {
  const vms = vmsToStart(input);
  const choices = [...survivors(input).map((host) => host.name), null];
  const placement: (string | null)[] = [];
  let best = meritOf(
    input,
    vms,
    vms.map(() => null),
  );
  const visit = (): void => {
    if (placement.length === vms.length) {
      const merit = meritOf(input, vms, placement);
      if (compareMerit(merit, best) > 0) best = merit;
      return;
    }
    for (const host of choices) {
      placement.push(host);
      if (brokenRules(input, vms, placement).length === 0) visit();
      placement.pop();
    }
  };
  visit();
  return best;
}

/** The placement a plan stands for. */
export function placementOf(input: PlanInput, plan: Plan): (string | null)[] {
  return vmsToStart(input).map((vm) => {
    const planned = plan.vms.find((entry) => entry.uuid === vm.uuid);
    return planned?.outcome === 'start' ? planned.host : null;
  });
}
