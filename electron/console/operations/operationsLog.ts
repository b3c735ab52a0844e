import type { Logger } from 'pino';
import { z } from 'zod';
import { type Operation, operationSchema } from '../../../src/contract/operation.ts';
import type { JsonFile } from '../files/jsonFile.ts';

export const operationsFileSchema = z.object({ format: z.literal(1), operations: z.array(operationSchema) });
export type OperationsFile = z.infer<typeof operationsFileSchema>;
export const noOperations: OperationsFile = { format: 1, operations: [] };

/** Operations beyond the life of one console: what was under way when it ended is shown again, as interrupted. */
export interface OperationsLog {
  /** Oldest first; all of them have ended. */
  earlier: Operation[];
  /** Writes down what `list` answers then; while one write is under way, further ones are one. */
  save(list: () => Operation[]): void;
  /** Settles when everything asked for is written. */
  settled(): Promise<void>;
}

export function createOperationsLog(
  initial: OperationsFile,
  { file, logger }: { file: JsonFile<OperationsFile>; logger: Logger },
): OperationsLog {
  let writing: Promise<void> | null = null;
  let wanted: (() => Operation[]) | null = null;

  const write = async () => {
    while (wanted !== null) {
      const operations = wanted();
      wanted = null;
      try {
        await file.write({ format: 1, operations });
      } catch (error) {
        // The operation itself goes on; only a console started later would not know of it.
        logger.warn({ err: error }, 'operations cannot be written down');
      }
    }
    writing = null;
  };

  return {
    earlier: initial.operations.map((operation) =>
      operation.endedAt === undefined ? interrupted(operation) : operation,
    ),
    save(list) {
      wanted = list;
      writing ??= write();
    },
    async settled() {
      await writing;
    },
  };
}

/** As it must look when the console that carried it out is not there any more. */
function interrupted(operation: Operation): Operation {
  const times = operation.steps.flatMap(({ startedAt, endedAt }) => [startedAt ?? 0, endedAt ?? 0]);
  return {
    ...operation,
    state: 'failed',
    endedAt: Math.max(operation.startedAt, ...times),
    steps: operation.steps.map((step) =>
      step.state === 'waiting' || step.state === 'running' ? { ...step, state: 'cancelled' } : step,
    ),
    error: {
      kind: 'cancelled',
      message: 'Minime ended while this was under way.',
      cause: 'It was ended, or this machine went down. What was begun on a host may be half done there.',
      remedy: 'Do it again: what is done already is recognised and left as it is.',
    },
  };
}
