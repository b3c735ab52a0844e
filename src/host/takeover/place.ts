import type { Plan } from '../../contract/plan.ts';
import { overCpuText, refusalText, staysDownText } from '../../contract/planText.ts';
import type { Policy } from '../../contract/policy.ts';
import { fromSurveys } from '../../planner/fromSurveys.ts';
import type { PlanVm } from '../../planner/input.ts';
import { plan } from '../../planner/plan.ts';
import type { BoardVm } from './board.ts';
import type { Surveyed } from './survey.ts';

export type Placed =
  | { uuid: string; outcome: 'start'; host: string; position: number; reasons: string[] }
  | { uuid: string; outcome: 'down'; reasons: string[] };

export interface Placement {
  placed: Placed[];
  /** Absent: none was needed. */
  plan?: Plan;
}

/**
 * By the planner, for all VMs of the board that are to be planned: on the hosts that answered. VMs that have a place already keep
 * it, and take their share of it.
 */
export function placeByPlan(
  vms: readonly BoardVm[],
  surveyed: Surveyed,
  policy: Policy,
  failed: readonly string[],
): Placement {
  const { hosts, vms: running } = fromSurveys(surveyed.surveys, surveyed.silent);
  const board = new Map(vms.map((vm) => [vm.uuid, vm]));
  const alive = new Set(hosts.map(({ name }) => name));
  const others = running.filter(({ uuid }) => !board.has(uuid));
  const seen = new Map(running.map((vm) => [vm.uuid, vm]));
  const ours = vms.flatMap((vm): PlanVm[] => {
    if (vm.phase === 'to-plan') return [candidate(vm)];
    const there = seen.get(vm.uuid);
    if (there !== undefined) return [there];
    if (vm.host === undefined || !alive.has(vm.host)) return [];
    const holds = ['planned', 'starting', 'running', 'elsewhere', 'to-check'].includes(vm.phase);
    return holds ? [{ ...candidate(vm), host: vm.host, starting: true }] : [];
  });
  const made = plan({ hosts, vms: [...others, ...ours], policy, failed });
  // Without a host's word on itself it cannot be planned for; that is in its refusals.
  return { placed: made.vms.map(placedOf), plan: made };
}

function candidate(vm: BoardVm): PlanVm {
  const { memory, vcpus, cpuPercent, unprotected, unfit } = vm.figures;
  return {
    uuid: vm.uuid,
    name: vm.name,
    host: vm.homes[0] ?? null,
    memory,
    vcpus,
    ...(cpuPercent === undefined ? {} : { cpuPercent }),
    ...(unprotected === undefined ? {} : { unprotected }),
    excludedHosts: [...vm.excluded, ...(unfit ?? [])],
  };
}

function placedOf(vm: Plan['vms'][number]): Placed {
  const refusals = vm.refused.map(refusalText);
  if (vm.outcome === 'stays-down')
    return { uuid: vm.uuid, outcome: 'down', reasons: [staysDownText(vm), ...refusals] };
  const over = overCpuText(vm);
  const reasons = [...(over === null ? [] : [`It starts ${over}.`]), ...refusals];
  return { uuid: vm.uuid, outcome: 'start', host: vm.host, position: vm.position, reasons };
}

/**
 * At home, as it was before the host went down: neither thresholds nor rules about other hosts speak against it. `order`: of all
 * VMs of the board.
 */
export function placeAtHome(vms: readonly BoardVm[], self: string): Placement {
  const placed = vms.flatMap((vm, index): Placed[] => {
    if (vm.phase !== 'to-plan') return [];
    const failedHere = vm.excluded.find(({ host }) => host === self);
    return failedHere === undefined
      ? [
          {
            uuid: vm.uuid,
            outcome: 'start',
            host: self,
            position: index + 1,
            reasons: ['It ran here before.'],
          },
        ]
      : [{ uuid: vm.uuid, outcome: 'down', reasons: [`${self}: ${failedHere.reason}`] }];
  });
  return { placed };
}
