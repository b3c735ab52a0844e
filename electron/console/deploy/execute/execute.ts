import { MinimeError, toErrorInfo } from '../../../../src/contract/errors.ts';
import type { OperationReporter } from '../context.ts';
import { inOrder, type Stage, type Step, stages } from '../plan/step.ts';
import { applyStep } from './applyStep.ts';

/** Milliseconds until an undo command is given up. */
const UNDO_TIMEOUT_MS = 60_000;

export interface ExecutionResult {
  done: number;
  unchanged: number;
  /** Milliseconds by stage, for those that were begun. */
  durations: Partial<Record<Stage, number>>;
}

/**
 * Steps that come after a stage and whose content follows from what it made on the hosts: they are asked for again when it
 * is done. They have the same ids as before.
 */
export interface Revision {
  after: Stage;
  steps: () => Promise<readonly Step[]>;
}

/**
 * Carries the steps out: stage by stage, all hosts at once, each host's steps in order. After a failure or a cancel no
 * further step begins anywhere; what was held back or half made is let go again, and the first error is thrown.
 */
export async function execute(
  steps: readonly Step[],
  context: { reporter: OperationReporter; signal: AbortSignal },
  revision?: Revision,
): Promise<ExecutionResult> {
  const { reporter, signal } = context;
  let order = inOrder(steps);
  for (const step of order) {
    reporter.step(step.id, { host: step.node.name, title: step.title, state: 'waiting' });
  }
  const result: ExecutionResult = { done: 0, unchanged: 0, durations: {} };
  const finished = new Set<string>();
  const undos: Step[] = [];
  let failure: unknown;

  const carryOut = async (mine: readonly Step[]): Promise<void> => {
    for (const step of mine) {
      if (failure !== undefined || signal.aborted) return;
      reporter.step(step.id, { state: 'running' });
      finished.add(step.id);
      if (step.action.kind === 'command' && step.action.undo !== undefined) undos.push(step);
      try {
        const state = await applyStep(step, signal, (line) => reporter.step(step.id, { detail: line }));
        result[state]++;
        reporter.step(step.id, { state });
      } catch (error) {
        const info = toErrorInfo(error, { host: step.node.name });
        const cancelled = info.kind === 'cancelled' && signal.aborted;
        reporter.step(step.id, cancelled ? { state: 'cancelled' } : { state: 'failed', error: info });
        if (!cancelled) failure ??= error;
        return;
      }
    }
  };

  for (const stage of stages) {
    const inStage = order.filter((step) => step.stage === stage);
    if (inStage.length === 0) continue;
    const started = Date.now();
    await Promise.all([...byNode(inStage).values()].map(carryOut));
    if (stage === revision?.after && failure === undefined && !signal.aborted) {
      order = await revision.steps().then(inOrder, (error: unknown) => {
        failure = error;
        return order;
      });
    }
    result.durations[stage] = Date.now() - started;
    if (failure !== undefined || signal.aborted) {
      for (const step of order) if (!finished.has(step.id)) reporter.step(step.id, { state: 'cancelled' });
      await undo(undos, reporter);
      throw failure ?? new MinimeError({ kind: 'cancelled', message: 'The operation was cancelled.' });
    }
  }
  return result;
}

async function undo(steps: readonly Step[], reporter: OperationReporter): Promise<void> {
  await Promise.all(
    [...byNode(steps).values()].map(async (mine) => {
      for (const { node, title, action } of mine.toReversed()) {
        if (action.kind !== 'command' || action.undo === undefined) continue;
        try {
          await node.remote.run(action.undo, { asRoot: true, timeoutMs: UNDO_TIMEOUT_MS });
        } catch (error) {
          const info = toErrorInfo(error);
          reporter.finding({
            id: 'not-undone',
            severity: 'warning',
            host: node.name,
            title: `“${title}” could not be undone on ${node.name}.`,
            cause: info.cause ?? info.message,
            remedy: `Run as root: ${action.undo.join(' ')}`,
          });
        }
      }
    }),
  );
}

function byNode(steps: readonly Step[]): Map<string, Step[]> {
  const groups = new Map<string, Step[]>();
  for (const step of steps) groups.set(step.node.name, [...(groups.get(step.node.name) ?? []), step]);
  return groups;
}
