import type { FailoverRecord, StartAttempt } from '../../contract/failover.ts';
import type { Finding } from '../../contract/finding.ts';
import type { TakeoverWorld } from './deps.ts';
import type { ReadReady } from './join.ts';
import { before } from './patience.ts';
import type { JournalState } from './replay.ts';

const timeoutMs = 5000;

/** The record of a takeover whose owner died before it told that it had ended, as far as its journal tells how. */
export function closedRecord(
  record: FailoverRecord,
  journal: Pick<JournalState, 'vms' | 'endedAt'>,
  now: number,
  finding?: Finding,
): FailoverRecord {
  const ended = Math.floor(journal.endedAt ?? now);
  return {
    ...record,
    times: { ...record.times, ended },
    vms: record.vms.map((vm) => {
      const known = journal.vms.get(vm.uuid);
      const host = known?.handedTo ?? known?.host;
      const runs = known?.handedTo !== undefined || known?.state === 'running';
      const pending = vm.outcome === 'pending';
      const attempts = settledAttempts(vm.attempts, known?.attempts ?? [], ended);
      const runningAt = attempts.findLast(({ outcome }) => outcome === 'running')?.endedAt;
      return {
        ...vm,
        attempts,
        handedOver: vm.handedOver || known?.handedTo !== undefined,
        ...(pending ? { outcome: runs ? ('running' as const) : ('stays-down' as const) } : {}),
        ...(pending && runs && host !== undefined ? { host } : {}),
        ...(pending && runs && runningAt !== undefined ? { runningAt } : {}),
      };
    }),
    findings: finding === undefined ? record.findings : [...record.findings, finding],
  };
}

/**
 * A record may have been told before the last lines of its journal were written, and a journal may not have been writable in the
 * end. What neither knows, nobody does.
 */
function settledAttempts(
  told: readonly StartAttempt[],
  journaled: readonly StartAttempt[],
  ended: number,
): StartAttempt[] {
  const longer = journaled.length >= told.length ? journaled : told;
  return longer.map((attempt, index) => {
    const known = [attempt, told[index]].find(
      (one) => one?.host === attempt.host && one.outcome !== undefined,
    );
    return known ?? { ...attempt, outcome: 'unknown', endedAt: ended };
  });
}

/** Keeps it here, and sends it to the others; those that do not take it fetch it when they rejoin. */
export async function tellEnded(
  world: TakeoverWorld,
  record: FailoverRecord,
  members: readonly string[],
): Promise<void> {
  const { self, clock, peers } = world;
  await world.saveRecord(record);
  await Promise.allSettled(
    members
      .filter((host) => host !== self)
      .map((host) =>
        before(clock, timeoutMs + 1000, peers.call(host, 'failover.record', { record }, { timeoutMs })),
      ),
  );
}

/** An owner that died just when it had ended may not have told anybody. */
export async function closeEnded(world: TakeoverWorld, read: readonly ReadReady[]): Promise<void> {
  for (const { contents } of read) {
    const { journal } = contents;
    if (journal?.ended !== true) continue;
    const record = await world.storedRecord(journal.id);
    if (record === undefined || record.times.ended !== undefined) continue;
    const { members } = await world.engine.state();
    const others = members
      .filter(({ online, name }) => online && name !== world.self)
      .map(({ name }) => name);
    const known = await endedElsewhere(world, journal.id, others);
    if (known !== undefined) await world.saveRecord(known);
    else await tellEnded(world, closedRecord(record, journal, world.clock.now()), others);
  }
}

/** Whoever brought it to an end knows best how. */
async function endedElsewhere(
  { peers, clock }: TakeoverWorld,
  id: string,
  hosts: readonly string[],
): Promise<FailoverRecord | undefined> {
  const answers = await Promise.allSettled(
    hosts.map((host) =>
      before(clock, timeoutMs + 1000, peers.call(host, 'failover.get', { id }, { timeoutMs })),
    ),
  );
  return answers
    .flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.record] : []))
    .filter(({ times }) => times.ended !== undefined)
    .sort((a, b) => b.owners.length - a.owners.length)[0];
}

/** Records of this home's takeovers whose journal could not be written, so that nobody knew to go on with them. */
export async function closeOrphans(
  world: TakeoverWorld,
  home: string,
  goesOn: string | undefined,
  members: readonly string[],
): Promise<void> {
  for (const record of await world.records()) {
    if (record.times.ended !== undefined || record.id === goesOn || record.failed[0] !== home) continue;
    const finding: Finding = {
      id: 'takeover-broken-off',
      severity: 'warning',
      host: home,
      title: `It was broken off, and the journal of ${home} does not tell how far it came.`,
      cause: 'Most likely the quorum disk could not be written.',
    };
    await tellEnded(world, closedRecord(record, { vms: new Map() }, world.clock.now(), finding), members);
  }
}
