import type { VmState } from '../../contract/hostState.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import type { MovedVm } from '../takeover/moved.ts';

const away: readonly VmState[] = ['shut-off', 'crashed', 'unknown'];

/**
 * | known as moved | the hypervisor here | |
 * |---|---|---|
 * | no | has it | an ordinary VM |
 * | yes | receives it | away, until it has arrived |
 * | yes | runs it | it has come home |
 * | yes, its copy was cleared | has it | it has come home |
 * | yes, its copy was not cleared | has it, not running | stale: nothing of it is written |
 */
export function splitMoved(
  vms: readonly VmRecord[],
  moved: readonly MovedVm[],
): { vms: VmRecord[]; home: ReadonlySet<string>; stale: ReadonlySet<string> } {
  const entries = new Map(moved.map((entry) => [entry.uuid, entry]));
  const home = new Set<string>();
  const stale = new Set<string>();
  for (const { uuid, state, persistent } of vms) {
    const entry = entries.get(uuid);
    // Without a definition it is only just being received, and may not arrive.
    if (entry === undefined || !persistent) continue;
    if (entry.cleared || !away.includes(state)) home.add(uuid);
    else stale.add(uuid);
  }
  return { vms: vms.filter(({ uuid }) => !stale.has(uuid)), home, stale };
}
