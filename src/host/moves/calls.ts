import { MinimeError, toErrorInfo } from '../../contract/errors.ts';
import { noteEvent } from '../history/note.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { enterMaintenance, leaveMaintenance } from '../policy/notes.ts';
import { diskOf } from '../takeover/freeze.ts';
import { movedOrNone } from '../takeover/moved.ts';
import { survey } from '../takeover/survey.ts';
import { addRequest, readRequests } from './requests.ts';

const moveToTimeoutMs = 45_000;

/** Takes this host out of planning, and has what runs here moved off. */
export async function beginMaintenance(host: Host, by?: string): Promise<void> {
  const self = await nodeNameOf(host);
  await enterMaintenance(host, self);
  await noteEvent(host, {
    kind: 'maintenance-begun',
    severity: 'info',
    host: self,
    text: `${self} went into maintenance.`,
    ...(by === undefined ? {} : { by }),
  });
  await addRequest(host, { kind: 'evacuate', reason: 'maintenance' });
  await host.movesService.start();
}

/** `bringHome`: also asks for all VMs of this host that are elsewhere. Rejects, with maintenance left, if that fails for some. */
export async function endMaintenance(
  host: Host,
  { bringHome, by }: { bringHome: boolean; by?: string | undefined },
): Promise<void> {
  const name = await nodeNameOf(host);
  if ((await readRequests(host)).some(({ kind }) => kind === 'evacuate')) await host.movesService.stop();
  await leaveMaintenance(host, name);
  await noteEvent(host, {
    kind: 'maintenance-ended',
    severity: 'info',
    host: name,
    text: `${name} came out of maintenance${bringHome ? '; its VMs are brought home' : ''}.`,
    ...(by === undefined ? {} : { by }),
  });
  if (!bringHome) return;
  const disk = await diskOf(host, name);
  if (disk === undefined) throw noListHere(name);
  const moved = await movedOrNone(disk);
  if (moved.length > 0)
    await bringVmsHome(
      host,
      moved.map(({ uuid }) => uuid),
    );
}

/** Has VMs of this host moved here from wherever they run. Rejects if that could not be begun for some; the others are begun. */
export async function bringVmsHome(host: Host, uuids: readonly string[]): Promise<void> {
  const self = await nodeNameOf(host);
  const disk = await diskOf(host, self);
  const moved = disk === undefined ? [] : await movedOrNone(disk);
  const results = await Promise.all(
    uuids.map(async (uuid): Promise<Asked> => {
      const known = moved.find((vm) => vm.uuid === uuid);
      const asked = known === undefined ? { uuid } : await ask(host, known.to, uuid, self);
      return { name: known?.name ?? uuid, ...asked };
    }),
  );
  // Where they are said to be they are not: they may have been moved on by hand.
  const astray = results.filter(({ begun, problem }) => begun !== true && problem === undefined);
  const found = astray.length === 0 ? [] : await lookFor(host, astray, self);
  const problems = [...results.filter((each) => !astray.includes(each)), ...found].flatMap(
    ({ problem }) => problem ?? [],
  );
  if (problems.length === 0) return;
  throw new MinimeError({
    kind: 'conflict',
    host: self,
    message: `${problems.length} of ${uuids.length} VMs cannot be moved to ${self} now.`,
    cause: problems.join(' '),
    remedy: 'A VM that does not run can be started where it is, and moved then.',
  });
}

/** Neither `begun` nor `problem`: it does not run there. */
interface Asked {
  uuid: string;
  name?: string;
  begun?: true;
  problem?: string;
}

async function ask(host: Host, there: string, uuid: string, to: string): Promise<Asked> {
  try {
    await host.peers.call(there, 'vm.moveTo', { uuid, to }, { timeoutMs: moveToTimeoutMs });
    return { uuid, begun: true };
  } catch (error) {
    const { kind, message } = toErrorInfo(error);
    return kind === 'not-found' ? { uuid } : { uuid, problem: `${there}: ${message}` };
  }
}

async function lookFor(host: Host, astray: readonly Asked[], self: string): Promise<Asked[]> {
  const { members } = await host.engine.state();
  const others = members.filter(({ name, online }) => online && name !== self).map(({ name }) => name);
  const { surveys, silent } = await survey(host.peers, host.clock, others);
  const doubt = silent.length === 0 ? '' : ` (${silent.map((each) => each.host).join(', ')} did not answer)`;
  return await Promise.all(
    astray.map(async ({ uuid, name }): Promise<Asked> => {
      const there = surveys.find(({ running }) => running.some((vm) => vm.uuid === uuid));
      const asked = there === undefined ? { uuid } : await ask(host, there.host, uuid, self);
      if (asked.begun === true || asked.problem !== undefined) return asked;
      return { uuid, problem: `${name ?? uuid} runs on no other host${doubt}.` };
    }),
  );
}

/** Another host wants a VM that runs here. */
export async function moveTo(
  host: Host,
  { uuid, to }: { uuid: string; to: string },
): Promise<Record<string, never>> {
  const vm = (await host.hypervisor.vms()).find((each) => each.uuid === uuid);
  if (vm === undefined || !['running', 'paused'].includes(vm.state)) {
    const self = await nodeNameOf(host);
    throw new MinimeError({ kind: 'not-found', message: `${vm?.name ?? uuid} does not run on ${self}.` });
  }
  await addRequest(host, { kind: 'vm', uuid, to, reason: 'failback' });
  await host.movesService.start();
  return {};
}

const noListHere = (name: string): MinimeError =>
  new MinimeError({
    kind: 'storage',
    message: `Which VMs of ${name} are elsewhere is not known now.`,
    cause: `Its quorum disk is not mounted on ${name}.`,
    remedy: 'The host has left maintenance. When its quorum disk is back, start the failback of its VMs.',
  });
