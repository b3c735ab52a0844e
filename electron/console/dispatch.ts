import type { Logger } from 'pino';
import type { z } from 'zod';
import {
  type CallOutput,
  type CallResult,
  type ConsoleCallName,
  consoleCalls,
} from '../../src/contract/consoleApi.ts';
import { MinimeError, toErrorInfo } from '../../src/contract/errors.ts';

/** A handler for each call of the contract; a call without one does not compile. */
export type CallHandlers = {
  [K in ConsoleCallName]: (
    input: z.output<(typeof consoleCalls)[K]['input']>,
  ) => CallOutput<K> | Promise<CallOutput<K>>;
};

/** Takes a call from a renderer. Both arguments are untrusted. Never rejects. */
export type Dispatch = (name: string, input: unknown) => Promise<CallResult<unknown>>;

/** The one way into the core: checks name and input, calls the handler, turns what is thrown into an `ErrorInfo`. */
export function createDispatch(
  handlers: CallHandlers,
  options: { logger: Logger; checkOutputs: boolean },
): Dispatch {
  return async (name, input) => {
    try {
      if (!isCallName(name)) {
        throw new MinimeError({ kind: 'unsupported', message: `There is no call named "${name}".` });
      }
      const call = consoleCalls[name];
      const parsed = call.input.safeParse(input);
      if (!parsed.success) throw invalidInput(name, parsed.error);
      // The map's type pairs each name with its input; a union of functions cannot be called without this.
      const handle = handlers[name] as (input: unknown) => unknown;
      const value = await handle(parsed.data);
      if (options.checkOutputs) call.output.parse(value);
      return { ok: true, value };
    } catch (thrown) {
      const error = toErrorInfo(thrown);
      if (error.kind === 'internal') options.logger.error({ call: name, err: thrown }, 'call failed');
      else options.logger.info({ call: name, kind: error.kind, message: error.message }, 'call refused');
      return { ok: false, error };
    }
  };
}

function isCallName(name: string): name is ConsoleCallName {
  return Object.hasOwn(consoleCalls, name);
}

function invalidInput(name: string, error: z.ZodError): MinimeError {
  const problems = error.issues.map((issue) =>
    issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`,
  );
  return new MinimeError({
    kind: 'invalid-input',
    message: error.issues[0]?.message ?? 'The input is not valid.',
    cause: `${name} was called with: ${problems.join(' ')}`,
  });
}
