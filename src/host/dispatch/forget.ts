import type { DispatchCallResult } from '../../contract/dispatchProtocol.ts';
import { toErrorInfo } from '../../contract/errors.ts';
import type { VmState } from '../../contract/hostState.ts';
import { DefinitionStore } from '../definitions/store.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { forgetAutostart } from '../takeover/autostart.ts';
import { hasFlag } from '../takeover/flags.ts';
import { ownDisk } from '../takeover/freeze.ts';

type Answer = DispatchCallResult<'vm.forget'>;

const off: readonly VmState[] = ['shut-off', 'crashed'];
const surveyMs = 10_000;
/** The holder syncs first. */
const securedMs = 70_000;
/** A start of it here that is under way says that it is wanted here. */
const startWaitS = 1;

/**
 * Forgets the copy of a VM that `holder` has: one that a start here left behind, before this host died or the start was given up.
 *
 * | here | `holder` says itself that | |
 * |---|---|---|
 * | not known | | done already |
 * | not certain to be off, or being started | | refused |
 * | wanted by the last boot's run record, before the rejoin | | refused: the rejoin decides |
 * | off | it does not run there, or is not on its quorum disk | refused: better twice than lost |
 * | off | it runs there, and is on its quorum disk | forgotten, here and on this host's quorum disk |
 *
 * Never rejects.
 */
export async function forgetVm(host: Host, vm: { uuid: string; holder: string }): Promise<Answer> {
  const refused = (reason: string): Answer => ({ forgotten: false, reason });
  try {
    const { uuid, holder } = vm;
    const self = await nodeNameOf(host);
    if (holder === self) return refused(`${self} holds it itself.`);
    return await host.exclusively(
      `start-${uuid}`,
      async () => {
        const before = await standingOf(host, uuid);
        if (before === 'not known') return { forgotten: true };
        if (before !== 'off') return refused(`${self}: ${before}`);
        if (!(await hasFlag(host, 'rejoined'))) return refused(`${self} has not rejoined yet.`);
        const doubt = await doubtAbout(host, vm);
        if (doubt !== undefined) return refused(doubt);
        return await host.exclusively('sync', async () => {
          // That took a while.
          const now = await standingOf(host, uuid);
          if (now !== 'off') return now === 'not known' ? { forgotten: true } : refused(`${self}: ${now}`);
          await host.hypervisor.undefine(uuid);
          await removeDefinition(host, uuid);
          await forgetAutostart(host, uuid);
          host.log.info({ uuid, holder }, 'the copy of a VM that another host has was forgotten');
          return { forgotten: true };
        });
      },
      startWaitS,
    );
  } catch (error) {
    return refused(toErrorInfo(error).message);
  }
}

/** By the hypervisor's word and by its processes: `not known`, `off`, or a sentence why it may not be forgotten. */
async function standingOf(host: Host, uuid: string): Promise<string> {
  const [vms, processes] = await Promise.all([host.hypervisor.vms(), host.hypervisor.processes()]);
  if (processes.includes(uuid)) return 'it runs here.';
  const vm = vms.find((each) => each.uuid === uuid);
  if (vm === undefined) return 'not known';
  if (vm.incoming === true) return 'it is being received here.';
  return off.includes(vm.state) ? 'off' : `it is ${vm.state} here.`;
}

/** Asked of the holder itself: whoever asks this host to forget a VM need not be believed. */
async function doubtAbout(
  host: Host,
  { uuid, holder }: { uuid: string; holder: string },
): Promise<string | undefined> {
  const survey = await host.peers.call(holder, 'survey', {}, { timeoutMs: surveyMs });
  if (survey.host !== holder) return `${holder} answers as ${survey.host}.`;
  const there = survey.running.find((each) => each.uuid === uuid);
  if (there === undefined) return `It does not run on ${holder}.`;
  const { secured, reason } = await host.peers.call(holder, 'vm.secured', { uuid }, { timeoutMs: securedMs });
  return secured ? undefined : (reason ?? `${holder} does not have it in safety.`);
}

/** At once: sync would take the loss of many at a time for a fault. */
async function removeDefinition(host: Host, uuid: string): Promise<void> {
  const disk = await ownDisk(host);
  if (disk === undefined) return;
  try {
    await new DefinitionStore(disk).remove(uuid);
  } catch (error) {
    // None was saved, or the disk fails: then the next sync removes it.
    host.log.info({ error, uuid }, 'no definition of a forgotten VM was removed');
  }
}
