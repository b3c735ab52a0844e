import type { Drill } from '../../contract/drill.ts';
import type { FailoverRecord, FailoverVm } from '../../contract/failover.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Policy } from '../../contract/policy.ts';
import type { HostLoss } from '../ports/clusterEngine.ts';
import { type BoardVm, isHandedOver } from './board.ts';

export interface RecordView {
  id: string;
  clusterId: string;
  kind: FailoverRecord['kind'];
  failed: readonly string[];
  owners: FailoverRecord['owners'];
  begunAt: number;
  mountedAt?: number;
  plannedAt?: number;
  endedAt?: number;
  losses: ReadonlyMap<string, HostLoss>;
  vms: readonly BoardVm[];
  policy: Policy;
  plan?: Plan;
  drill?: Drill;
  findings: readonly Finding[];
  /** As an owner before told it. */
  earlier?: FailoverRecord;
}

/** The record as things stand. */
export function recordOf(view: RecordView): FailoverRecord {
  const losses = [...view.losses.values()];
  const earliest = (times: (number | undefined)[]): number | undefined => {
    const known = times.filter((time) => time !== undefined);
    return known.length === 0 ? undefined : Math.floor(Math.min(...known));
  };
  // A host that is back is no longer known as lost, but it was.
  const { times: before, fencing: fencedBefore = {} } = view.earlier ?? {};
  const lost = earliest(losses.map(({ detectedAt }) => detectedAt)) ?? before?.detected;
  // A host that leaves in good order gives up its disk before it is gone.
  const detected = lost === undefined ? undefined : earliest([lost, view.mountedAt]);
  const fenced = earliest(losses.map(({ fencedAt }) => fencedAt)) ?? before?.fenced;
  const planned = before?.planned ?? view.plannedAt;
  const plan = planFrom(view.earlier?.plan, view.plan);
  return {
    format: 1,
    id: view.id,
    clusterId: view.clusterId,
    kind: view.kind,
    failed: [...view.failed],
    owners: view.owners.map(({ host, from }) => ({ host, from: Math.floor(from) })),
    times: {
      begun: Math.floor(view.begunAt),
      ...(detected === undefined ? {} : { detected }),
      ...(fenced === undefined ? {} : { fenced }),
      ...(view.mountedAt === undefined ? {} : { mounted: Math.floor(view.mountedAt) }),
      ...(planned === undefined ? {} : { planned: Math.floor(planned) }),
      ...(view.endedAt === undefined ? {} : { ended: Math.floor(view.endedAt) }),
    },
    fencing: Object.fromEntries(
      [...view.losses].map(([host, loss]) => [host, fencingText(loss, fencedBefore[host])]),
    ),
    vms: view.vms.map((vm) => vmOf(vm, view.policy)),
    ...(plan === undefined ? {} : { plan }),
    ...(view.drill === undefined ? {} : { drill: view.drill }),
    findings: [...view.findings],
  };
}

/** For each VM the first plan that had it: what came later shows in what happened. */
function planFrom(earlier: Plan | undefined, own: Plan | undefined): Plan | undefined {
  if (earlier === undefined || own === undefined) return earlier ?? own;
  const known = new Set(earlier.vms.map(({ uuid }) => uuid));
  return {
    ...earlier,
    failed: own.failed,
    vms: [...earlier.vms, ...own.vms.filter(({ uuid }) => !known.has(uuid))],
  };
}

function fencingText(loss: HostLoss, before: string | undefined): string {
  const now = lossText(loss);
  if (loss.state !== 'member' || before === undefined) return now;
  return before.endsWith(now) ? before : `${before}; ${now}`;
}

export function lossText({ state, how, fencedAt }: HostLoss): string {
  switch (state) {
    case 'member':
      return 'it is back';
    case 'left':
      return 'left in good order';
    case 'unfenced':
      return 'silent, not fenced';
    case 'fenced': {
      const at = fencedAt === undefined ? '' : ` at ${new Date(fencedAt).toISOString().slice(11, 19)} UTC`;
      return `${how ?? 'fenced'}${at}`;
    }
  }
}

function vmOf(vm: BoardVm, policy: Policy): FailoverVm {
  const outcome = outcomeOf(vm);
  const runs = outcome === 'running' || outcome === 'running-elsewhere';
  return {
    uuid: vm.uuid,
    name: vm.name,
    home: vm.homes[0] ?? '',
    tier: vm.tier,
    tierName: policy.tiers[vm.tier]?.name ?? '',
    ...(vm.planned === undefined ? {} : { planned: vm.planned }),
    attempts: vm.attempts.map((attempt) => ({ ...attempt })),
    outcome,
    ...(runs && vm.host !== undefined ? { host: vm.host } : {}),
    ...(runs && vm.runningAt !== undefined ? { runningAt: Math.floor(vm.runningAt) } : {}),
    reasons: [...vm.reasons],
    handedOver: isHandedOver(vm),
  };
}

function outcomeOf(vm: BoardVm): FailoverVm['outcome'] {
  switch (vm.phase) {
    case 'elsewhere':
      return 'running-elsewhere';
    case 'down':
      return 'stays-down';
    case 'refused':
      return 'refused';
    case 'not-wanted':
      return 'not-wanted';
    case 'running':
    case 'handed':
      return 'running';
    case 'to-check':
    case 'to-plan':
    case 'planned':
    case 'starting':
      return 'pending';
  }
}
