import { toErrorInfo } from '../../contract/errors.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { sync } from '../sync/sync.ts';
import { diskOf } from '../takeover/freeze.ts';
import { changeMoved, type MovedVm, movedOrNone, withMoved } from '../takeover/moved.ts';

/** A VM that was moved from here. */
export interface MovedFrom {
  uuid: string;
  name: string;
  to: string;
}

const securedTries = 6;
const securedEveryMs = 5000;
const securedTimeoutMs = 70_000;
const tellTimeoutMs = 30_000;

/**
 * After a VM has arrived elsewhere. Nothing of it is given up here before the other host has its definition in safety; each step can
 * be repeated, and what a crash leaves undone is done by the next run or by the rejoin. Resolves with why it is not finished.
 */
export async function handOver(
  host: Host,
  vm: MovedFrom,
  /** All other members, and whether `vm.to` has said that it is the VM's home. */
  { others, toHome }: { others: readonly string[]; toHome: boolean },
): Promise<string | undefined> {
  await noteMovedFrom(host, vm, false);
  const reason = await waitForSecured(host, vm);
  if (reason !== undefined) return reason;
  const known = (await tellWhereItIs(host, vm, others)) || toHome;
  await host.hypervisor.undefine(vm.uuid);
  // Its home keeps the list. If that is this host, or nobody says to be it, the list is here.
  if (known) await forgetMovedFrom(host, vm.uuid);
  else await noteMovedFrom(host, vm, true);
  await sync(host);
  return undefined;
}

/** VMs of this host's list whose copy here is stale and not yet gone. */
export async function unfinished(host: Host): Promise<MovedFrom[]> {
  const disk = await diskOf(host, await nodeNameOf(host));
  if (disk === undefined) return [];
  return (await movedOrNone(disk)).filter(({ cleared }) => !cleared);
}

async function waitForSecured(host: Host, { uuid, to }: MovedFrom): Promise<string | undefined> {
  let reason = '';
  for (let left = securedTries; left > 0; left--) {
    try {
      const answer = await host.peers.call(to, 'vm.secured', { uuid }, { timeoutMs: securedTimeoutMs });
      if (answer.secured) return undefined;
      reason = answer.reason ?? 'It does not say why.';
    } catch (error) {
      reason = toErrorInfo(error).message;
    }
    if (left > 1) await host.clock.sleep(securedEveryMs);
  }
  return `It runs on ${to}, but its definition is not on the quorum disk there and is kept here: ${reason}`;
}

/** True if one of the others is its home, and has noted it. */
async function tellWhereItIs(host: Host, vm: MovedFrom, others: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(
    others.map(async (other) => {
      try {
        return (await host.peers.call(other, 'vm.moved', vm, { timeoutMs: tellTimeoutMs })).known;
      } catch (error) {
        host.log.warn({ error, other, vm: vm.name }, 'a host could not be told that a VM was moved');
        return false;
      }
    }),
  );
  return answers.some((known) => known);
}

const noteMovedFrom = (host: Host, { uuid, name, to }: MovedFrom, cleared: boolean): Promise<void> =>
  changeOwn(host, (moved) => withMoved(moved, { uuid, name, to, at: host.clock.now(), cleared }));

const forgetMovedFrom = (host: Host, uuid: string): Promise<void> =>
  changeOwn(host, (moved) => moved.filter((vm) => vm.uuid !== uuid));

async function changeOwn(
  host: Host,
  change: (moved: readonly MovedVm[]) => readonly MovedVm[],
): Promise<void> {
  await host.exclusively('sync', async () => {
    const disk = await diskOf(host, await nodeNameOf(host));
    if (disk !== undefined) await changeMoved(disk, change);
  });
}
