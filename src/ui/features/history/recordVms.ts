import type { FailoverRecord, FailoverVm, StartAttempt } from '../../../contract/failover.ts';
import type { Tone } from '../../components/Status.tsx';
import { beganAt } from './steps.ts';

export interface Bar {
  outcome: StartAttempt['outcome'] | 'under-way';
  /** Percent of the time that is shown. */
  from: number;
  width: number;
}

export interface RecordVm {
  vm: FailoverVm;
  /** Milliseconds from the loss until it ran; null: it does not run, or nothing tells when. */
  afterMs: number | null;
  /** One for each attempt. */
  bars: Bar[];
}

/** A bar narrower than this cannot be seen. */
const MIN_WIDTH = 0.8;

/** The VMs of a record in restart order, with bars on one scale. `now` ends what is still under way. */
export function recordVms(record: FailoverRecord, now: number): RecordVm[] {
  const from = beganAt(record);
  const to = from + spanMs(record, now);
  const percent = (at: number) => Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100));
  return [...record.vms].sort(inRestartOrder).map((vm) => ({
    vm,
    afterMs: vm.outcome === 'running' && vm.runningAt !== undefined ? vm.runningAt - from : null,
    bars: vm.attempts.map(({ startedAt, endedAt, outcome }) => {
      const start = Math.min(percent(startedAt), 100 - MIN_WIDTH);
      const end = percent(endedAt ?? to);
      return {
        outcome: outcome ?? (record.times.ended === undefined ? 'under-way' : 'unknown'),
        from: start,
        width: Math.max(MIN_WIDTH, end - start),
      };
    }),
  }));
}

/** Milliseconds that the scale of the bars covers: from the loss to the end, or to now. */
export const spanMs = (record: FailoverRecord, now: number): number =>
  Math.max(1, (record.times.ended ?? now) - beganAt(record));

function inRestartOrder(a: FailoverVm, b: FailoverVm): number {
  const last = Number.MAX_SAFE_INTEGER;
  return (
    a.tier - b.tier ||
    (a.planned?.position ?? last) - (b.planned?.position ?? last) ||
    a.name.localeCompare(b.name, 'en', { numeric: true })
  );
}

export const outcomeWord: Record<FailoverVm['outcome'], string> = {
  pending: 'waiting',
  running: 'running',
  'running-elsewhere': 'ran elsewhere already',
  'stays-down': 'stays down',
  'not-wanted': 'was off before',
  refused: 'refused',
};

export const outcomeTone: Record<FailoverVm['outcome'], Tone> = {
  pending: 'waiting',
  running: 'ok',
  'running-elsewhere': 'info',
  'stays-down': 'error',
  'not-wanted': 'off',
  refused: 'error',
};

export const attemptWord: Record<Bar['outcome'] & string, string> = {
  running: 'it ran',
  failed: 'failed',
  hung: 'hung and was given up',
  unknown: 'what became of it is not known',
  'under-way': 'under way',
};

/** Where a VM is under way right now, else how it ended: for one word and its colour. */
export function standingOf(vm: FailoverVm, isRunning: boolean): { tone: Tone; word: string } {
  const last = vm.attempts.at(-1);
  if (vm.outcome === 'pending' && isRunning && last !== undefined && last.outcome === undefined) {
    return { tone: 'working', word: `starting on ${last.host}` };
  }
  if (vm.outcome === 'pending' && !isRunning) return { tone: 'unknown', word: 'not recorded' };
  return { tone: outcomeTone[vm.outcome], word: outcomeWord[vm.outcome] };
}
