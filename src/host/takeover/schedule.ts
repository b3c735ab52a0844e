import type { Policy, ReadinessCondition } from '../../contract/policy.ts';
import { type BoardVm, hasHung, isSettled, runsSomewhere } from './board.ts';

/** What is known of the readiness of a tier. */
export interface TierReadiness {
  /** Uuids of VMs whose guest agent answered, or that have none. */
  answered: ReadonlySet<string>;
}

/** A VM of this tier that the next one waits for. What hangs is waited for no longer than its first start may take. */
const holdsBack = (vm: BoardVm): boolean => !isSettled(vm) && !hasHung(vm);

/** The tiers whose VMs may be started now: the first, and each next one as soon as those before it are ready. */
export function openTiers(
  vms: readonly BoardVm[],
  policy: Policy,
  readiness: TierReadiness,
  now: number,
): ReadonlySet<number> {
  const open = new Set<number>();
  for (const [tier, { readiness: condition }] of policy.tiers.entries()) {
    open.add(tier);
    const mine = vms.filter((vm) => vm.tier === tier && vm.phase !== 'not-wanted');
    if (mine.some(holdsBack) || !isReady(mine, condition, readiness, now)) break;
  }
  return open;
}

function isReady(
  vms: readonly BoardVm[],
  condition: ReadinessCondition,
  { answered }: TierReadiness,
  now: number,
): boolean {
  // Those that an owner before brought to an end were ready then, or are not waited for again.
  const running = vms.filter(runsSomewhere);
  const last = Math.max(0, ...running.map(({ runningAt }) => runningAt ?? 0));
  switch (condition.kind) {
    case 'started':
      return true;
    case 'guest-agent':
      return running.every(({ uuid }) => answered.has(uuid)) || now - last >= condition.timeoutS * 1000;
    case 'delay':
      return running.length === 0 || now - last >= condition.seconds * 1000;
  }
}

/** VMs of open tiers whose guest agents the next tier waits for. */
export function agentsToAsk(
  vms: readonly BoardVm[],
  policy: Policy,
  open: ReadonlySet<number>,
  { answered }: TierReadiness,
): BoardVm[] {
  const waits = vms.some((vm) => vm.phase === 'planned' && !open.has(vm.tier));
  if (!waits) return [];
  return vms.filter(
    (vm) =>
      open.has(vm.tier) &&
      policy.tiers[vm.tier]?.readiness.kind === 'guest-agent' &&
      runsSomewhere(vm) &&
      !answered.has(vm.uuid),
  );
}

/** What is to be started now, in order: of open tiers, and no more at a time on a host than it may. */
export function nextStarts(
  vms: readonly BoardVm[],
  open: ReadonlySet<number>,
  startsPerHost: number,
): BoardVm[] {
  const busy = new Map<string, number>();
  const count = (host: string): number => busy.get(host) ?? 0;
  for (const { phase, host } of vms) {
    if (phase === 'starting' && host !== undefined) busy.set(host, count(host) + 1);
  }
  const due = vms
    .filter((vm) => vm.phase === 'planned' && open.has(vm.tier))
    .sort((a, b) => a.tier - b.tier || (a.position ?? 0) - (b.position ?? 0));
  return due.filter(({ host }) => {
    if (host === undefined || count(host) >= startsPerHost) return false;
    busy.set(host, count(host) + 1);
    return true;
  });
}
