import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import { DISPATCH_PREAMBLE, type DispatchCallName, dispatchCalls } from '../../contract/dispatchProtocol.ts';
import type { Host } from '../host.ts';
import { registerCall } from '../rpc/register.ts';
import { dispatchHandlers } from './handlers.ts';

/**
 * Answers another host on a pair of streams until the input ends, and then ends what was begun: whoever asked for a start may
 * be dead, and the start still has to come to a known end.
 */
export async function dispatch(
  host: Host,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<void> {
  const connection = createMessageConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
  const underWay = new Set<Promise<unknown>>();
  registerAll(connection, host, underWay);
  const closed = new Promise<void>((resolve) => connection.onClose(resolve));
  connection.onError(([error]) => host.log.warn({ error }, 'the stream to another host is broken'));
  // An answer that nobody reads any more must not end this process.
  output.on('error', (error) => host.log.warn({ error }, 'the other host is gone'));
  output.write(`${DISPATCH_PREAMBLE}\n`);
  connection.listen();
  await closed;
  await Promise.allSettled(underWay);
  connection.dispose();
}

function registerAll(connection: MessageConnection, host: Host, underWay: Set<Promise<unknown>>): void {
  const handlers = dispatchHandlers(host);
  for (const name of Object.keys(handlers) as DispatchCallName[]) {
    // Each of them takes the parameters that the schema of its own name gives.
    const handler = handlers[name] as (params: unknown) => Promise<unknown>;
    registerCall(connection, host, name, dispatchCalls[name].params as z.ZodType, async (params) => {
      const answer = handler(params);
      underWay.add(answer);
      try {
        return await answer;
      } finally {
        underWay.delete(answer);
      }
    });
  }
}
