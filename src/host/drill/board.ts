import type { DispatchCallResult } from '../../contract/dispatchProtocol.ts';
import type { Policy } from '../../contract/policy.ts';
import { restartOrder } from '../../planner/restartOrder.ts';
import type { BoardVm } from '../takeover/board.ts';

/** The VMs of a rehearsal as the planner's side of a takeover takes them. */
export function boardOf(
  vms: DispatchCallResult<'drill.contents'>['vms'],
  home: string,
  policy: Policy,
): BoardVm[] {
  return restartOrder(policy, vms).map(({ vm: { uuid, name, figures }, tier }) => ({
    uuid,
    name,
    homes: [home],
    figures,
    tier,
    phase: 'to-plan',
    attempts: [],
    excluded: [],
    reasons: [],
    handed: new Set(),
  }));
}
