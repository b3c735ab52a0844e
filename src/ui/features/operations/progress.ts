import type { Operation, OperationStep } from '../../../contract/operation.ts';
import type { Tone } from '../../components/Status.tsx';

export const stepTone: Record<OperationStep['state'], Tone> = {
  waiting: 'waiting',
  running: 'working',
  done: 'ok',
  unchanged: 'ok',
  failed: 'error',
  cancelled: 'refused',
  undone: 'info',
};

export const stepWord: Record<OperationStep['state'], string> = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  unchanged: 'was right already',
  failed: 'failed',
  cancelled: 'cancelled',
  undone: 'taken back',
};

export const operationTone: Record<Operation['state'], Tone> = {
  running: 'working',
  cancelling: 'working',
  done: 'ok',
  failed: 'error',
  cancelled: 'refused',
};

export const operationWord: Record<Operation['state'], string> = {
  running: 'Running',
  cancelling: 'Cancelling',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const isEnded = (operation: Operation) => !['running', 'cancelling'].includes(operation.state);

export interface HostProgress {
  /** Null: steps that concern the cluster as a whole. */
  host: string | null;
  steps: OperationStep[];
  /** Number of steps that are as they should be. */
  settled: number;
  running: OperationStep[];
  failed: OperationStep[];
}

const settled: ReadonlySet<OperationStep['state']> = new Set(['done', 'unchanged']);

/** Steps by host, hosts in the order in which they first appear; the cluster's own last. */
export function progressByHost(steps: OperationStep[]): HostProgress[] {
  const groups = new Map<string | null, OperationStep[]>();
  for (const step of steps) groups.set(step.host, [...(groups.get(step.host) ?? []), step]);
  return [...groups]
    .map(([host, own]) => ({
      host,
      steps: own,
      settled: own.filter((step) => settled.has(step.state)).length,
      running: own.filter((step) => step.state === 'running'),
      failed: own.filter((step) => step.state === 'failed'),
    }))
    .sort((a, b) => Number(a.host === null) - Number(b.host === null));
}

/** How much of an operation is behind it. */
export function overallProgress(operation: Operation): { settled: number; total: number } {
  return {
    settled: operation.steps.filter((step) => settled.has(step.state)).length,
    total: operation.steps.length,
  };
}
