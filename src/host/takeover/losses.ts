import { isSettled, toHandOver } from './board.ts';
import { hostsInDoubt } from './check.ts';
import type { Handover } from './handover.ts';
import type { HomeDisk } from './homeDisk.ts';
import { free, lossesOf } from './planning.ts';
import { explain, type RoundState } from './roundState.ts';

/** A disk that was moved away is another owner's: its VMs that were not begun with are left to that one. */
export async function dropGoneDisks({ notes, vms, world }: RoundState): Promise<void> {
  const gone: HomeDisk[] = [];
  for (const disk of notes.disks.values()) if (!(await world.isMounted(disk))) gone.push(disk);
  for (const { home: away } of gone) {
    notes.disks.delete(away);
    for (const vm of vms) {
      if (!vm.homes.includes(away) || vm.phase === 'starting') continue;
      vm.homes = vm.homes.filter((home) => home !== away);
      if (vm.homes.length > 0 || isSettled(vm)) continue;
      vm.homes = [away];
      vm.phase = 'down';
      explain(vm, `The quorum disk of ${away} was moved to another host, which goes on.`);
    }
  }
}

/**
 * VMs that ran, or were to be started, on hosts that died in the meantime, and are on no disk of theirs yet, want a host again.
 * True if there were such.
 */
export async function replanLost(state: RoundState, handover: Handover): Promise<boolean> {
  const { vms, notes, members } = state;
  await abandonStarts(state);
  const doubtful = hostsInDoubt(vms, new Set(members));
  if (doubtful.length === 0) return false;
  const losses = await lossesOf(state, vms);
  let found = false;
  for (const vm of vms) {
    const { host, phase } = vm;
    if (host === undefined || !doubtful.includes(host)) continue;
    if (phase === 'planned') free(vm);
    if (losses.get(host) !== 'fenced' || toHandOver(vm).length === 0) continue;
    found = true;
    handover.forget(vm);
    explain(vm, `${host} died before it was handed over to it.`);
    await notes.write(vm.homes, { what: 'lost', uuid: vm.uuid, host, reason: `${host} is down.` });
    free(vm);
  }
  return found;
}

/** A host that was fenced does not answer any more: nobody waits until the time for the start is over. */
async function abandonStarts({ vms, starts, members, world }: RoundState): Promise<void> {
  for (const { uuid, host, phase } of vms) {
    if (phase !== 'starting' || host === undefined || members.includes(host)) continue;
    if ((await world.engine.lossOf(host)).state === 'fenced') starts.get(uuid)?.abort();
  }
}
