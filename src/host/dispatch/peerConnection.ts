import type { Readable } from 'node:stream';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import {
  DISPATCH_PREAMBLE,
  DISPATCH_PROTOCOL,
  type DispatchCallName,
  type DispatchCallParams,
  type DispatchCallResult,
  dispatchCalls,
} from '../../contract/dispatchProtocol.ts';
import { errorInfoSchema, MinimeError } from '../../contract/errors.ts';
import type { Transport } from './ssh.ts';

/** What may come before the preamble: a banner, at most. */
const maximumNoise = 65_536;

/** JSON-RPC with one `vmcl dispatch`. What the other host says is checked against the protocol's schemas. */
export class PeerConnection {
  readonly #host: string;
  readonly #transport: Transport;
  readonly #connection: MessageConnection;
  #brokenBy: MinimeError | undefined;
  /** Resolves when it cannot be used any more. */
  readonly broken: Promise<void>;

  private constructor(host: string, transport: Transport) {
    this.#host = host;
    this.#transport = transport;
    this.#connection = createMessageConnection(
      new StreamMessageReader(transport.output),
      new StreamMessageWriter(transport.input),
    );
    this.broken = transport.ended.then((said) => this.#break(noAnswer(host, said)));
    this.#connection.onError(() => this.close());
    this.#connection.onClose(() => this.close());
    this.#connection.listen();
  }

  /** Resolves when the other host has said hello. Rejects with `unreachable` or `protocol-mismatch`. */
  static async open(host: string, transport: Transport): Promise<PeerConnection> {
    try {
      const noise = await Promise.race([
        skipToPreamble(transport.output),
        transport.ended.then((said) => Promise.reject(noAnswer(host, said))),
      ]);
      if (!noise) throw noAnswer(host, 'What answers there is not vmcl.');
      const connection = new PeerConnection(host, transport);
      const { host: name } = await connection.request('hello', { protocol: DISPATCH_PROTOCOL });
      if (name !== host) throw noAnswer(host, `It is ${name} that answers at its address.`);
      return connection;
    } catch (error) {
      transport.stop();
      throw error;
    }
  }

  async request<K extends DispatchCallName>(
    name: K,
    params: DispatchCallParams<K>,
    signal?: AbortSignal,
  ): Promise<DispatchCallResult<K>> {
    if (this.#brokenBy !== undefined) throw this.#brokenBy;
    const cancellation = new CancellationTokenSource();
    const cancel = (): void => cancellation.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const answer = await this.#connection.sendRequest<unknown>(name, params, cancellation.token);
      const schema = dispatchCalls[name].result as unknown as z.ZodType<DispatchCallResult<K>>;
      const result = schema.safeParse(answer);
      if (result.success) return result.data;
      throw noAnswer(this.#host, `Its answer to ${name} is not what it should be.`);
    } catch (error) {
      throw this.#asMinimeError(error, name);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  close(): void {
    this.#transport.stop();
    this.#break(noAnswer(this.#host, 'The connection was closed.'));
  }

  #break(error: MinimeError): void {
    if (this.#brokenBy !== undefined) return;
    this.#brokenBy = error;
    // Has whoever waits for an answer told.
    this.#connection.dispose();
  }

  #asMinimeError(error: unknown, name: string): MinimeError {
    if (error instanceof MinimeError) return error;
    if (this.#brokenBy !== undefined) return this.#brokenBy;
    const info = error instanceof ResponseError ? errorInfoSchema.safeParse(error.data).data : undefined;
    if (info !== undefined) return new MinimeError({ host: this.#host, ...info });
    return noAnswer(this.#host, `${name} failed there: ${String(error)}`);
  }
}

export const noAnswer = (host: string, cause: string): MinimeError =>
  new MinimeError({
    kind: 'unreachable',
    host,
    message: `${host} does not answer.`,
    ...(cause === '' ? {} : { cause }),
    remedy: `Look at systemctl status minime-dispatch on ${host}, and at the heartbeat networks.`,
  });

/** Reads up to the preamble's line and leaves what comes after it in the stream. False if it does not come. */
async function skipToPreamble(output: Readable): Promise<boolean> {
  const wanted = Buffer.from(`${DISPATCH_PREAMBLE}\n`);
  let seen = Buffer.alloc(0);
  return await new Promise((resolve) => {
    const settle = (found: boolean): void => {
      output.off('readable', read);
      output.off('end', onEnd);
      resolve(found);
    };
    const onEnd = (): void => settle(false);
    const read = (): void => {
      for (;;) {
        const chunk = output.read() as Buffer | null;
        if (chunk === null) return;
        seen = Buffer.concat([seen, chunk]);
        const at = seen.indexOf(wanted);
        if (at >= 0) {
          const rest = seen.subarray(at + wanted.length);
          if (rest.length > 0) output.unshift(rest);
          settle(true);
          return;
        }
        if (seen.length > maximumNoise) {
          settle(false);
          return;
        }
      }
    };
    output.on('readable', read);
    output.on('end', onEnd);
  });
}
