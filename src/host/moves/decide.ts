import type { Plan } from '../../contract/plan.ts';
import { refusalText } from '../../contract/planText.ts';
import type { Policy } from '../../contract/policy.ts';
import type { HostSurvey } from '../../contract/survey.ts';
import { fromSurveys } from '../../planner/fromSurveys.ts';
import type { PlanVm } from '../../planner/input.ts';
import { plan } from '../../planner/plan.ts';

/** A VM that runs here and is to be moved. */
export interface Candidate {
  uuid: string;
  name: string;
  /** The only host it is to go to; absent: wherever the planner puts it. */
  to?: string;
  memory: number;
  vcpus: number;
  cpuPercent?: number;
  /** Why it cannot be moved at all: a disk of this host alone, a passed-through device … */
  unmovable?: string;
  /** Hosts that lack what it needs, or to which it could not be moved. */
  excluded: readonly { host: string; reason: string }[];
}

export interface MovesView {
  /** This host: what is to be moved leaves it. */
  self: string;
  surveys: readonly HostSurvey[];
  /** Members that do not answer, and why. */
  silent: readonly { host: string; unavailable: string }[];
  policy: Policy;
  candidates: readonly Candidate[];
  /** On their way: what they need is not yet part of their host's figures. */
  onTheWay: readonly { vm: Candidate; to: string }[];
}

/** In restart order. */
export type Decision = { uuid: string; to: string } | { uuid: string; stays: string };

/** Where each VM goes, by the planner of takeovers. Pure. */
export function decideMoves(view: MovesView): Decision[] {
  const { self, candidates, onTheWay } = view;
  const { hosts, vms } = fromSurveys(view.surveys, view.silent);
  const given = new Map(vms.map((vm) => [vm.uuid, vm]));
  for (const { vm, to } of onTheWay) given.set(vm.uuid, { ...planVm(vm), host: to, starting: true });
  for (const vm of candidates) given.set(vm.uuid, planVm(vm));
  const known = hosts.map((host) =>
    host.name === self ? { ...host, unavailable: 'it is to leave it' } : host,
  );
  const made = plan({
    hosts: known,
    // A VM of a host that is not known could not be judged, and one on this host is not asked for.
    vms: [...given.values()].filter(({ host }) => host === null || known.some(({ name }) => name === host)),
    policy: policyForMoving(view.policy, candidates),
    failed: [],
  });
  const wanted = new Map(candidates.map((vm) => [vm.uuid, vm]));
  return made.vms.flatMap((vm): Decision[] => {
    const candidate = wanted.get(vm.uuid);
    if (candidate === undefined) return [];
    return [
      vm.outcome === 'start'
        ? { uuid: vm.uuid, to: vm.host }
        : { uuid: vm.uuid, stays: reasonToStay(vm, candidate, self) },
    ];
  });
}

function planVm({ uuid, name, memory, vcpus, cpuPercent, unmovable, excluded }: Candidate): PlanVm {
  return {
    uuid,
    name,
    host: null,
    memory,
    vcpus,
    ...(cpuPercent === undefined ? {} : { cpuPercent }),
    ...(unmovable === undefined ? {} : { unprotected: unmovable }),
    excludedHosts: excluded,
  };
}

/**
 * A rule that leaves a VM down speaks of takeovers: one that runs may well be moved. A VM that has to leave its host goes where a
 * takeover would start it; one that is to go to a certain host can wait until that is below its CPU threshold.
 */
function policyForMoving(policy: Policy, candidates: readonly Candidate[]): Policy {
  const rules = { ...policy.rules.vms };
  for (const { uuid, to } of candidates) {
    const { restart: _, ...rule } = rules[uuid] ?? {};
    const allowed =
      to === undefined ? rule.allowedHosts : (rule.allowedHosts ?? [to]).filter((one) => one === to);
    rules[uuid] = { ...rule, ...(allowed === undefined ? {} : { allowedHosts: allowed }) };
  }
  const overCpu = candidates.some(({ to }) => to !== undefined) ? 'leave-down' : policy.thresholds.overCpu;
  return {
    ...policy,
    thresholds: { ...policy.thresholds, overCpu },
    rules: { ...policy.rules, vms: rules },
  };
}

function reasonToStay(
  vm: Extract<Plan['vms'][number], { outcome: 'stays-down' }>,
  { to, unmovable }: Candidate,
  self: string,
): string {
  if (unmovable !== undefined) return unmovable;
  const refusals = vm.refused.filter(({ host }) => (to === undefined ? host !== self : host === to));
  if (refusals.length > 0)
    return refusals.map((refusal) => refusalText(refusal).replace(/\.$/, '')).join('. ');
  if (to !== undefined) return `${to} is not there.`;
  return vm.cause === 'undecided'
    ? 'It could not be worked out in time whether another host has room for it.'
    : 'There is no other host.';
}
