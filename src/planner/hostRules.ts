import type { RefusalReason } from '../contract/plan.ts';
import type { Policy } from '../contract/policy.ts';
import type { Candidate } from './candidates.ts';
import type { PlanHost } from './input.ts';

/** Why a host cannot have a VM, whatever else is planned; memory and CPU aside. Empty: nothing speaks against it. */
export function standingReasons(candidate: Candidate, host: PlanHost, policy: Policy): RefusalReason[] {
  const reasons: RefusalReason[] = [];
  const { vm } = candidate;
  if (host.unavailable !== undefined) reasons.push({ kind: 'unavailable', detail: host.unavailable });
  const allowed = policy.rules.vms[vm.uuid]?.allowedHosts;
  if (allowed !== undefined && !allowed.includes(host.name)) reasons.push({ kind: 'not-allowed' });
  for (const excluded of vm.excludedHosts ?? []) {
    if (excluded.host === host.name) reasons.push({ kind: 'excluded', detail: excluded.reason });
  }
  for (const running of candidate.apartFrom) {
    if (running.host === host.name) reasons.push({ kind: 'keep-apart', rule: running.rule, vm: running.vm });
  }
  for (const members of candidate.togetherWith) {
    // Members that already run apart broke the rule before: joining any of them makes it no worse.
    const [first] = members;
    if (first !== undefined && !members.some((member) => member.host === host.name)) {
      reasons.push({ kind: 'keep-together', rule: first.rule, vm: first.vm, on: first.host });
    }
  }
  return reasons;
}
