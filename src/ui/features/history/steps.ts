import type { FailoverRecord } from '../../../contract/failover.ts';

export interface RecordStep {
  id: 'detected' | 'fenced' | 'mounted' | 'begun' | 'planned' | 'first' | 'last' | 'ended';
  name: string;
  /** Null: nothing tells when, or it has not come to that yet. */
  at: number | null;
  /** Milliseconds since the latest earlier step whose time is known; null where there is none. */
  tookMs: number | null;
  /** Why there is no time, or what is out of order with it. */
  gap: string | null;
}

type Known = Pick<RecordStep, 'id' | 'name'> & { at: number | undefined };

/** The steps of a failover in their order, also those of which no time is known. */
export function stepsOf(record: FailoverRecord): RecordStep[] {
  let before: number | null = null;
  return knownSteps(record).map(({ at, ...step }) => {
    const since: number | null = before;
    if (at === undefined) {
      return { ...step, at: null, tookMs: null, gap: gapOf(step.id, record) };
    }
    before = Math.max(at, before ?? at);
    if (since === null) return { ...step, at, tookMs: null, gap: null };
    if (at < since) {
      return { ...step, at, tookMs: null, gap: 'earlier than the step before: two clocks differ' };
    }
    return { ...step, at, tookMs: at - since, gap: null };
  });
}

function knownSteps(record: FailoverRecord): Known[] {
  const { times, kind } = record;
  const runningAt = record.vms.flatMap((vm) =>
    vm.outcome === 'running' && vm.runningAt !== undefined ? [vm.runningAt] : [],
  );
  const ofTakeover: Known[] = [
    { id: 'detected', name: 'Loss detected', at: times.detected },
    { id: 'fenced', name: 'Fenced', at: times.fenced },
    { id: 'mounted', name: 'Disk mounted', at: times.mounted },
  ];
  return [
    ...(kind === 'takeover' ? ofTakeover : []),
    { id: 'begun', name: kind === 'takeover' ? 'Takeover begun' : 'Begun', at: times.begun },
    { id: 'planned', name: 'Planned', at: times.planned },
    {
      id: 'first',
      name: 'First VM running',
      at: runningAt.length === 0 ? undefined : Math.min(...runningAt),
    },
    {
      id: 'last',
      name: 'Last VM running',
      // As long as it goes on, the last one is not known.
      at: runningAt.length === 0 || times.ended === undefined ? undefined : Math.max(...runningAt),
    },
    { id: 'ended', name: 'Ended', at: times.ended },
  ];
}

function gapOf(id: RecordStep['id'], record: FailoverRecord): string {
  const ended = record.times.ended !== undefined;
  if (id === 'first' || id === 'last') {
    if (!ended) return 'not yet';
    const some = record.vms.some((vm) => vm.outcome === 'running');
    return some ? 'not recorded' : 'no VM was started';
  }
  if (id === 'ended' || (id === 'planned' && !ended)) return 'not yet';
  return 'not recorded';
}

/** "kvm3: fence-sbd at 03:12:08". */
export function fencingText({ fencing }: FailoverRecord): string | null {
  const told = Object.entries(fencing).map(([host, how]) => `${host}: ${how}`);
  return told.length === 0 ? null : told.join('; ');
}

/** When a failover's story begins: the loss, where it is known. */
export const beganAt = ({ times }: FailoverRecord): number =>
  Math.min(times.detected ?? times.begun, times.begun);

/** Milliseconds from its beginning to its end; null while it goes on. */
export function totalMs(record: FailoverRecord): number | null {
  return record.times.ended === undefined ? null : record.times.ended - beganAt(record);
}
