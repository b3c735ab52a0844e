import type { Duplex } from 'node:stream';
import {
  CancellationTokenSource,
  createMessageConnection,
  ProgressType,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { z } from 'zod';
import { errorInfoSchema, MinimeError, toErrorInfo } from '../../../src/contract/errors.ts';
import { findingSchema } from '../../../src/contract/finding.ts';
import {
  type HostCallName,
  type HostCallParams,
  type HostCallResult,
  hostCalls,
  hostEvents,
} from '../../../src/contract/hostProtocol.ts';

/** A message larger than this is taken for a defect or an attack; the section of 2,000 VMs is about 2 MiB. */
const MAX_MESSAGE = 32 * 1024 * 1024;

const progressSchema = z.object({ message: z.string() });

const uncheckedStatusSchema = z.object({
  sections: z.record(z.string(), z.unknown()),
  errors: z.array(findingSchema),
});
export type UncheckedStatus = z.infer<typeof uncheckedStatusSchema>;

export interface HostCallOptions {
  signal?: AbortSignal;
  /** Milliseconds until the call is given up with `timeout`. Default: never. */
  timeoutMs?: number;
  onProgress?: (message: string) => void;
}

export type SectionNotice = z.infer<(typeof hostEvents)['section']>;

/** JSON-RPC with one `vmcl serve`. What the host says is checked against the protocol's schemas. */
export interface VmclClient {
  /** Rejects with the host's own MinimeError, `timeout`, `cancelled`, or `unreachable` if the stream ended. */
  call<K extends HostCallName>(
    name: K,
    params: HostCallParams<K>,
    options?: HostCallOptions,
  ): Promise<HostCallResult<K>>;
  /** Like the call of this name, but a section that does not fit the contract does not spoil the others. */
  subscribe(options?: HostCallOptions): Promise<UncheckedStatus>;
  dispose(): void;
}

export interface VmclClientEvents {
  /** A complete message arrived, whatever it was. */
  onHeard: () => void;
  onSection: (notice: SectionNotice) => void;
  /** The stream cannot be used any more: it ended, or what came is not the protocol. */
  onBroken: (error: MinimeError) => void;
}

const messageProgress = new ProgressType<unknown>();

export function createVmclClient(stream: Duplex, label: string, events: VmclClientEvents): VmclClient {
  let bytesSinceMessage = 0;
  let brokenBy: MinimeError | null = null;
  let lastToken = 0;

  // Before reader's and writer's own listeners, which cannot tell this from what is wrong with a message. Never taken
  // off, since a stream's error without a listener would end the process.
  stream.on('error', () => broken(ended(label)));

  const connection = createMessageConnection(
    new StreamMessageReader(stream),
    new StreamMessageWriter(stream),
    undefined,
    {
      messageStrategy: {
        handleMessage(message, next) {
          bytesSinceMessage = 0;
          events.onHeard();
          return next(message);
        },
      },
    },
  );

  const onData = (chunk: Buffer) => {
    bytesSinceMessage += chunk.length;
    if (bytesSinceMessage > MAX_MESSAGE) broken(notTheProtocol(label, 'A message is too large.'));
  };

  const dispose = () => {
    stream.off('data', onData);
    connection.dispose();
  };

  const broken = (error: MinimeError) => {
    if (brokenBy !== null) return;
    brokenBy = error;
    dispose();
    events.onBroken(error);
  };

  stream.on('data', onData);
  // With a message it is that which could not be sent, without one it is what came in.
  connection.onError(([error, message]) =>
    broken(message === undefined ? notTheProtocol(label, error.message) : ended(label)),
  );
  connection.onClose(() => broken(ended(label)));
  connection.onNotification('section', (params: unknown) => {
    const notice = hostEvents.section.safeParse(params);
    if (notice.success) events.onSection(notice.data);
    else broken(notTheProtocol(label, z.prettifyError(notice.error)));
  });
  connection.listen();

  const request = async <T>(
    name: HostCallName,
    params: object,
    result: z.ZodType<T>,
    options: HostCallOptions,
  ): Promise<T> => {
    if (brokenBy !== null) throw brokenBy;
    const cancellation = new CancellationTokenSource();
    const end = endOf(options, label, name);
    const token = ++lastToken;
    const progress =
      options.onProgress === undefined
        ? null
        : connection.onProgress(messageProgress, token, (value) => {
            const parsed = progressSchema.safeParse(value);
            if (parsed.success) options.onProgress?.(parsed.data.message);
          });
    try {
      const sent = connection.sendRequest<unknown>(
        name,
        progress === null ? params : { ...params, progressToken: token },
        cancellation.token,
      );
      return result.parse(await Promise.race([sent, end.promise]));
    } catch (thrown) {
      cancellation.cancel();
      throw brokenBy ?? asMinimeError(thrown, label, name);
    } finally {
      end.clear();
      progress?.dispose();
    }
  };

  return {
    call: <K extends HostCallName>(name: K, params: HostCallParams<K>, callOptions: HostCallOptions = {}) =>
      // The map's type pairs each name with its result, which indexing by a type parameter cannot express.
      request(name, params, hostCalls[name].result as unknown as z.ZodType<HostCallResult<K>>, callOptions),
    subscribe: (callOptions = {}) => request('subscribe', {}, uncheckedStatusSchema, callOptions),
    dispose() {
      brokenBy ??= ended(label);
      dispose();
    },
  };
}

/** A promise that rejects when the call is to be given up; without a reason to, it stays open and is dropped. */
function endOf(options: HostCallOptions, label: string, name: string) {
  let clear: () => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    const cancel = () =>
      reject(new MinimeError({ kind: 'cancelled', host: label, message: 'The operation was cancelled.' }));
    const expire = () =>
      reject(
        new MinimeError({
          kind: 'timeout',
          host: label,
          message: `${label} did not answer in time.`,
          cause: `vmcl gave no answer to ${name} within ${options.timeoutMs} ms.`,
        }),
      );
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(expire, options.timeoutMs);
    if (options.signal?.aborted) cancel();
    options.signal?.addEventListener('abort', cancel, { once: true });
    clear = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
    };
  });
  promise.catch(() => undefined); // It may reject before it is raced; the race then reports it.
  return { promise, clear: () => clear() };
}

function asMinimeError(thrown: unknown, label: string, name: string): MinimeError {
  if (thrown instanceof MinimeError) return thrown;
  if (thrown instanceof ResponseError) {
    const info = errorInfoSchema.safeParse(thrown.data);
    return new MinimeError(
      info.success
        ? { host: label, ...info.data }
        : { kind: 'tool-failed', host: label, message: `vmcl failed at ${name}.`, cause: thrown.message },
      { cause: thrown },
    );
  }
  if (thrown instanceof z.ZodError) {
    return notTheProtocol(label, `The answer to ${name}: ${z.prettifyError(thrown)}`);
  }
  return new MinimeError(toErrorInfo(thrown, { host: label }), { cause: thrown });
}

function notTheProtocol(label: string, cause: string): MinimeError {
  return new MinimeError({
    kind: 'protocol-mismatch',
    host: label,
    message: `What vmcl on ${label} says cannot be understood.`,
    cause,
    remedy: 'Update the host program from the cluster page.',
  });
}

function ended(label: string): MinimeError {
  return new MinimeError({
    kind: 'unreachable',
    host: label,
    message: `The session with vmcl on ${label} has ended.`,
  });
}
