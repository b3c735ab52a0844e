import { MinimeError } from '../../contract/errors.ts';
import { forgetExpected } from '../dispatch/expect.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { diskOf } from '../takeover/freeze.ts';
import { changeMoved, movedLock, movedOrNone } from '../takeover/moved.ts';

/**
 * Another host tells that it has moved a VM to `to`. If its home's quorum disk is here, the list there is brought up to date. A VM
 * that came home is taken off the list by sync, when it sees it.
 */
export async function noteMoved(
  host: Host,
  { uuid, to }: { uuid: string; to: string },
): Promise<{ known: boolean }> {
  const self = await nodeNameOf(host);
  if (to === self) await forgetExpected(host, uuid);
  let known = false;
  for (const { home } of await host.quorumDisks.mounted()) {
    const note = async (): Promise<void> => {
      const disk = await diskOf(host, home);
      if (disk === undefined || !(await movedOrNone(disk)).some((vm) => vm.uuid === uuid)) return;
      known = true;
      if (home === to) return;
      const at = host.clock.now();
      await changeMoved(disk, (moved) => moved.map((vm) => (vm.uuid === uuid ? { ...vm, to, at } : vm)));
    };
    try {
      await host.exclusively(home === self ? 'sync' : movedLock(home), note);
    } catch (error) {
      if (!(error instanceof MinimeError)) throw error;
      host.log.warn({ error, home }, 'the list of moved VMs could not be brought up to date');
    }
  }
  return { known };
}

/** Whether this is a VM of this host that was started or moved elsewhere. */
export async function isAwayFromHere(host: Host, uuid: string): Promise<boolean> {
  const disk = await diskOf(host, await nodeNameOf(host));
  return disk !== undefined && (await movedOrNone(disk)).some((vm) => vm.uuid === uuid);
}
