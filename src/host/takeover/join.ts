import { toErrorInfo } from '../../contract/errors.ts';
import type { FailoverRecord } from '../../contract/failover.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Policy } from '../../contract/policy.ts';
import { type BoardVm, runsSomewhere } from './board.ts';
import { closedRecord, tellEnded } from './closeRecord.ts';
import type { ReadyHome } from './homes.ts';
import type { JournalEvent } from './journalEvents.ts';
import { diskUnreadable } from './problems.ts';
import { type HomeContents, type ReadOptions, readHome } from './readHome.ts';
import { lossText } from './recordOf.ts';
import type { JournalState } from './replay.ts';
import { changed, type RoundState, report } from './roundState.ts';
import { readHomes } from './wanted.ts';

/** What this host asked for just before its process was started anew may only be about to begin. */
const restartPatientMs = 5000;

export interface ReadReady {
  home: ReadyHome;
  contents: HomeContents;
}

/** Reads the disks; what cannot be read is told of by `onUnreadable` and left out. */
export async function readReady(
  homes: readonly ReadyHome[],
  optionsOf: (home: ReadyHome) => ReadOptions,
  onUnreadable: (home: ReadyHome, finding: ReturnType<typeof diskUnreadable>) => void,
): Promise<ReadReady[]> {
  const read = await Promise.all(
    homes.map(async (home) => {
      try {
        return [{ home, contents: await readHome(home.disk, optionsOf(home)) }];
      } catch (error) {
        onUnreadable(home, diskUnreadable(home.disk.home, toErrorInfo(error).message));
        return [];
      }
    }),
  );
  return read.flat();
}

/**
 * The takeover that is gone on with: one that has not ended, of the first of whose homes the disk is here. Others with the same
 * id may be gone on with elsewhere, and a record has one owner. A host that died while it rejoined is a new failure.
 */
export function toContinue(
  read: readonly ReadReady[],
  kind: FailoverRecord['kind'],
): JournalState | undefined {
  const homes = read.map(({ home }) => home.disk.home);
  return read
    .map(({ contents }) => contents.journal)
    .find(
      (journal) =>
        journal?.ended === false &&
        homes.includes(journal.homes[0] ?? '') &&
        (journal.kind === 'takeover' || kind === 'rejoin'),
    );
}

/** Puts the VMs of these homes on the board, and begins their journals or goes on with them. */
export async function join(state: RoundState, read: readonly ReadReady[]): Promise<void> {
  const { world, notes, kind, policy } = state;
  for (const { home, contents } of read) {
    notes.disks.set(home.disk.home, home.disk);
    state.losses.set(home.disk.home, home.loss);
    state.mountedAt = Math.min(state.mountedAt, home.mountedAt);
    for (const finding of contents.findings) report(state, finding);
  }
  const homes = [...state.losses.keys()];
  for (const { home, contents } of read) {
    const { disk, loss } = home;
    const begun: JournalEvent = { what: 'begun', owner: world.self, kind, homes, loss: lossText(loss) };
    const { journal } = contents;
    if (journal?.ended === false && journal.id === notes.id) {
      await notes.write([disk.home], begun);
      continue;
    }
    const at = world.clock.now();
    const lines = [begun, ...carriedOver(journal)].map((event) => ({ id: notes.id, at, event }));
    try {
      await disk.beginJournal(lines);
    } catch (error) {
      notes.failed(disk.home, error);
    }
    if (journal?.ended === false && isContinuedHere(journal, homes)) await closeRecord(state, journal);
  }
  const { vms, findings } = readHomes(
    read.map(({ contents }) => contents.view),
    policy,
  );
  for (const finding of findings) report(state, finding);
  const restarted = read.some(({ contents }) => contents.view.journal?.owners.at(-1)?.host === world.self);
  const check = { since: world.clock.now(), patientMs: restarted ? restartPatientMs : 0 };
  state.vms = merge(state.vms, vms, check);
  await finishHandovers(state, read);
  changed(state);
}

/** What the next owner must know of an earlier takeover that did not end, should this one die at once. */
function carriedOver(journal: JournalState | undefined): JournalEvent[] {
  if (journal?.ended !== false) return [];
  return [...journal.vms.values()].flatMap(({ uuid, name, host, state, handedTo }): JournalEvent[] => {
    if (handedTo !== undefined) return [{ what: 'handed', uuid, name, host: handedTo }];
    return state === 'free' || host === undefined ? [] : [{ what: 'starting', uuid, name, host }];
  });
}

/** Whoever has the disk of its first home goes on with it, and its record is theirs. */
const isContinuedHere = ({ homes: [first] }: JournalState, homes: readonly string[]): boolean =>
  first !== undefined && homes.includes(first);

/** Its VMs are cared for under another id from now on. */
async function closeRecord(state: RoundState, journal: JournalState): Promise<void> {
  const { world, notes } = state;
  const finding: Finding = {
    id: 'takeover-continued',
    severity: 'info',
    title: `It goes on as takeover ${notes.id}.`,
  };
  const record = await world.storedRecord(journal.id);
  if (record === undefined || record.times.ended !== undefined) return;
  await tellEnded(world, closedRecord(record, journal, world.clock.now(), finding), state.members);
}

/** VMs of homes that arrive later. What was still to be started is planned anew together with them. */
function merge(
  before: readonly BoardVm[],
  arrived: readonly BoardVm[],
  check: NonNullable<BoardVm['check']>,
): BoardVm[] {
  const known = new Map(before.map((vm) => [vm.uuid, vm]));
  const fresh: BoardVm[] = [];
  for (const vm of arrived) {
    const old = known.get(vm.uuid);
    if (vm.phase === 'to-check') vm.check = { ...check };
    if (old === undefined) {
      fresh.push(vm);
      continue;
    }
    for (const home of vm.homes) if (!old.homes.includes(home)) old.homes.push(home);
    for (const home of vm.handed) old.handed.add(home);
    const cameToRun = runsSomewhere(old) || old.phase === 'handed';
    if (cameToRun && vm.homes.includes(old.host ?? '')) {
      diedWithItsHost(old, vm);
      continue;
    }
    const idle = old.phase === 'down' || old.phase === 'refused' || old.phase === 'not-wanted';
    if (idle && (vm.phase === 'to-plan' || vm.phase === 'to-check')) {
      Object.assign(old, { ...vm, homes: [...new Set([...vm.homes, ...old.homes])], reasons: old.reasons });
    }
  }
  if (fresh.length > 0) {
    for (const vm of before) {
      if (vm.phase !== 'planned') continue;
      vm.phase = 'to-plan';
      delete vm.host;
    }
  }
  return [...before, ...fresh].sort((a, b) => a.tier - b.tier);
}

/** It was handed over to a host that died since, and is now on the disk of that one. */
function diedWithItsHost(old: BoardVm, vm: BoardVm): void {
  const { host, attempts, reasons, homes, tier, excluded, handed } = old;
  delete old.runningAt;
  delete old.host;
  Object.assign(old, vm, {
    tier,
    handed,
    attempts: [...attempts, ...vm.attempts],
    excluded: [...excluded, ...vm.excluded],
    homes: [...new Set([...vm.homes, ...homes])],
    reasons: [...reasons, `${host} died; it is planned again.`, ...vm.reasons],
  });
}

/** An owner before journaled that they are handed over, and may have died before it removed them. */
async function finishHandovers(state: RoundState, read: readonly ReadReady[]): Promise<void> {
  for (const { home, contents } of read) {
    const left = new Set(contents.view.definitions.map(({ uuid }) => uuid));
    for (const vm of contents.view.journal?.vms.values() ?? []) {
      if (vm.handedTo === undefined || !left.has(vm.uuid)) continue;
      const { uuid, name, handedTo, handedAt = state.world.clock.now() } = vm;
      try {
        await home.disk.handOver({ uuid, name, to: handedTo, at: Math.floor(handedAt), cleared: false });
      } catch (error) {
        report(state, diskUnreadable(home.disk.home, toErrorInfo(error).message));
      }
    }
  }
}

/** Its takeover has ended, and nothing has come up since: it is no failure of its own. Nor is one that was cared for, though VMs stayed down. */
export function isIdle(
  { contents }: ReadReady,
  policy: Policy,
  isCaredFor: (ended: JournalState) => boolean = () => false,
): boolean {
  const { journal } = contents;
  if (journal?.ended !== true || journal.kind !== 'takeover') return false;
  if (isCaredFor(journal)) return true;
  return readHomes([contents.view], policy).vms.every(({ phase }) => phase === 'not-wanted');
}
