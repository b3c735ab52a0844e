import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { MinimeError, toErrorInfo } from '../../../src/contract/errors.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import type { Operation, OperationKind, OperationStep } from '../../../src/contract/operation.ts';
import type { Clock } from '../clock.ts';
import type { EventHub } from '../events.ts';
import type { OperationsLog } from './operationsLog.ts';

/** Finished operations that stay on the list until dismissed. */
const MAX_FINISHED = 30;

export interface OperationContext {
  signal: AbortSignal;
  /** The first call for an id carries host and title, later ones change what they name. Times are set here. */
  step: (id: string, patch: Partial<Omit<OperationStep, 'id'>>) => void;
  finding: (finding: Finding) => void;
}

export interface OperationRequest {
  kind: OperationKind;
  title: string;
  clusterName?: string;
  /** What it changes (host ids, cluster ids). While it runs no other operation may change one of these. */
  changes: readonly string[];
  /** Rejects when it failed; a rejection after a cancel counts as cancelled. */
  run(context: OperationContext): Promise<void>;
}

/** Long work for the admin: outlives the renderer, can be watched and cancelled. */
export interface Operations {
  /** Starts at once and returns the operation's id. Throws `busy` if another one changes the same. */
  start(request: OperationRequest): string;
  /** Throws `not-found`; does nothing to one that has ended. */
  cancel(operationId: string): void;
  /** Takes a finished one off the list. Throws `not-found` or, while it runs, `busy`. */
  dismiss(operationId: string): void;
  list(): Operation[];
  /** Cancels everything and waits for its end. */
  dispose(): Promise<void>;
}

interface Entry {
  operation: Operation;
  changes: readonly string[];
  abort: AbortController;
  ended: Promise<void>;
}

export function createOperations(options: {
  events: EventHub;
  clock: Clock;
  logger: Logger;
  log: OperationsLog;
}): Operations {
  const { events, clock, logger, log } = options;
  const entries = new Map<string, Entry>(
    log.earlier.map((operation) => [operation.id, entryOf(operation, [])]),
  );
  const list = () => [...entries.values()].map((entry) => entry.operation);

  const change = (entry: Entry, patch: Partial<Operation>) => {
    entry.operation = { ...entry.operation, ...patch };
    events.emit('operation.changed', entry.operation);
    log.save(list);
  };

  const find = (operationId: string): Entry => {
    const entry = entries.get(operationId);
    if (entry === undefined) {
      throw new MinimeError({ kind: 'not-found', message: 'This operation is not known any more.' });
    }
    return entry;
  };

  const remove = (operationId: string) => {
    entries.delete(operationId);
    events.emit('operation.removed', { operationId });
    log.save(list);
  };

  const forgetOldest = () => {
    const finished = [...entries.values()].filter(isFinished);
    for (const entry of finished.slice(0, Math.max(0, finished.length - MAX_FINISHED))) {
      remove(entry.operation.id);
    }
  };

  const carryOut = async (entry: Entry, request: OperationRequest) => {
    const { id } = entry.operation;
    const context: OperationContext = {
      signal: entry.abort.signal,
      step(stepId, patch) {
        const step = nextStep(entry.operation.steps, stepId, patch, clock.now());
        entry.operation = { ...entry.operation, steps: withStep(entry.operation.steps, step) };
        events.emit('operation.step', { operationId: id, step });
        log.save(list);
      },
      finding: (finding) => change(entry, { findings: [...entry.operation.findings, finding] }),
    };
    try {
      await request.run(context);
      change(entry, { state: 'done', endedAt: clock.now() });
    } catch (thrown) {
      const error = toErrorInfo(thrown);
      const cancelled = entry.abort.signal.aborted && error.kind === 'cancelled';
      if (error.kind === 'internal')
        logger.error({ operation: request.kind, err: thrown }, 'operation failed');
      else
        logger.info({ operation: request.kind, kind: error.kind, message: error.message }, 'operation ended');
      change(entry, {
        state: cancelled ? 'cancelled' : 'failed',
        endedAt: clock.now(),
        ...(cancelled ? {} : { error }),
      });
    }
    forgetOldest();
  };

  return {
    start(request) {
      const other = [...entries.values()].find(
        (entry) => !isFinished(entry) && entry.changes.some((one) => request.changes.includes(one)),
      );
      if (other !== undefined) {
        throw new MinimeError({
          kind: 'busy',
          message: `"${other.operation.title}" is still running on the same hosts.`,
          remedy: 'Wait for its end or cancel it.',
        });
      }
      const operation: Operation = {
        id: randomUUID(),
        kind: request.kind,
        title: request.title,
        ...(request.clusterName === undefined ? {} : { clusterName: request.clusterName }),
        state: 'running',
        startedAt: clock.now(),
        steps: [],
        findings: [],
      };
      const entry = entryOf(operation, request.changes);
      entries.set(operation.id, entry);
      events.emit('operation.changed', operation);
      log.save(list);
      entry.ended = carryOut(entry, request);
      return operation.id;
    },
    cancel(operationId) {
      const entry = find(operationId);
      if (entry.operation.state !== 'running') return;
      change(entry, { state: 'cancelling' });
      entry.abort.abort();
    },
    dismiss(operationId) {
      if (!isFinished(find(operationId))) {
        throw new MinimeError({
          kind: 'busy',
          message: 'This operation is still running.',
          remedy: 'Cancel it first.',
        });
      }
      remove(operationId);
    },
    list,
    async dispose() {
      for (const entry of entries.values()) entry.abort.abort();
      await Promise.all([...entries.values()].map((entry) => entry.ended));
      await log.settled();
    },
  };
}

const entryOf = (operation: Operation, changes: readonly string[]): Entry => ({
  operation,
  changes,
  abort: new AbortController(),
  ended: Promise.resolve(),
});

function isFinished(entry: Entry): boolean {
  return entry.operation.endedAt !== undefined;
}

function nextStep(
  steps: readonly OperationStep[],
  id: string,
  patch: Partial<Omit<OperationStep, 'id'>>,
  now: number,
): OperationStep {
  const before = steps.find((step) => step.id === id) ?? {
    id,
    host: null,
    title: id,
    state: 'waiting' as const,
  };
  const step: OperationStep = { ...before, ...patch };
  if (step.state === 'running') step.startedAt ??= now;
  else if (step.state !== 'waiting') step.endedAt ??= now;
  return step;
}

function withStep(steps: readonly OperationStep[], step: OperationStep): OperationStep[] {
  return steps.some((one) => one.id === step.id)
    ? steps.map((one) => (one.id === step.id ? step : one))
    : [...steps, step];
}
