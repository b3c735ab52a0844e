import {
  type CancellationToken,
  type MessageConnection,
  ProgressType,
  ResponseError,
} from 'vscode-jsonrpc/node';
import { z } from 'zod';
import { MinimeError, toErrorInfo } from '../../contract/errors.ts';
import { type Host, nodeNameOf } from '../host.ts';

export interface CallContext {
  signal: AbortSignal;
  onProgress: (message: string) => void;
}

export type Handler<P, R> = (params: P, context: CallContext) => Promise<R>;

/** Beside its parameters a call may say where its progress is to go. */
const progressTokenSchema = z.object({ progressToken: z.union([z.string(), z.number()]).optional() });
const progressType = new ProgressType<{ message: string }>();

/** Of the range that JSON-RPC leaves to servers; what kind of error it is stands in `data`. */
const errorCode = -32000;

/**
 * Answers calls of this name: its parameters are checked, and whatever is thrown becomes an `ErrorInfo`. The one way in
 * which this program answers anybody.
 */
export function registerCall<P>(
  connection: MessageConnection,
  host: Host,
  name: string,
  schema: z.ZodType<P>,
  handler: Handler<P, unknown>,
): void {
  connection.onRequest(name, async (given: unknown, token: CancellationToken) => {
    const abort = new AbortController();
    const cancellation = token.onCancellationRequested(() => abort.abort());
    try {
      const params = checkParams(name, schema, given);
      const { progressToken } = progressTokenSchema.parse(given ?? {});
      const onProgress = (message: string): void => {
        if (progressToken === undefined) return;
        tell(host, connection.sendProgress(progressType, progressToken, { message }));
      };
      return await handler(params, { signal: abort.signal, onProgress });
    } catch (error) {
      const info = toErrorInfo(error, { host: await nodeNameOf(host) });
      if (info.kind === 'internal') host.log.error({ error, call: name }, 'a call failed');
      return new ResponseError(errorCode, info.message, info);
    } finally {
      cancellation.dispose();
    }
  });
}

/** Throws `invalid-input`. */
export function checkParams<P>(name: string, schema: z.ZodType<P>, given: unknown): P {
  const params = schema.safeParse(given ?? {});
  if (params.success) return params.data;
  throw new MinimeError({
    kind: 'invalid-input',
    message: `The parameters of ${name} are not what they should be.`,
    details: z.prettifyError(params.error),
  });
}

/** A notification that cannot be sent means that whoever asked is gone, which ends the server in a moment. */
export function tell(host: Host, sending: Promise<void>): void {
  sending.catch((error: unknown) => host.log.warn({ error }, 'whoever asked could not be told'));
}
