import { setTimeout as delay } from 'node:timers/promises';
import { type ErrorInfo, MinimeError } from '../../../src/contract/errors.ts';
import { HOST_PROTOCOL, SERVE_PREAMBLE } from '../../../src/contract/hostProtocol.ts';
import { hostPaths } from '../../../src/contract/manifest.ts';
import type { RemoteHost, RemoteStream } from '../ssh/remoteHost.ts';
import {
  createVmclClient,
  type UncheckedStatus,
  type VmclClient,
  type VmclClientEvents,
} from './vmclClient.ts';

const HELLO_MS = 20_000;
const SUBSCRIBE_MS = 60_000;
/** How long the reason of an end is waited for, once the stream has ended. */
const REASON_MS = 500;

/** A running `vmcl serve` that pushes its sections. */
export interface OpenedVmcl {
  client: VmclClient;
  version: string;
  status: UncheckedStatus;
  /** Rejects if there is no answer within this many milliseconds. */
  ping(timeoutMs: number): Promise<void>;
  close(): void;
}

export type FoundVmcl =
  | { kind: 'absent' }
  | { kind: 'other-protocol'; version: string | null; error: ErrorInfo }
  | { kind: 'serving'; vmcl: OpenedVmcl };

/**
 * Starts `vmcl serve` on the host, agrees on the protocol and subscribes. Rejects with a MinimeError if it is there but
 * cannot be used now.
 */
export async function openVmcl(
  host: RemoteHost,
  consoleVersion: string,
  signal: AbortSignal,
  events: VmclClientEvents,
): Promise<FoundVmcl> {
  const present = await host.exec(['test', '-x', hostPaths.command], { signal });
  if (present.code !== 0) return { kind: 'absent' };

  const remote = await host.openStream([hostPaths.command, 'serve'], SERVE_PREAMBLE, { signal });
  const client = createVmclClient(remote.stream, host.label, {
    ...events,
    onBroken: (error) => void reasonOfEnd(remote, host.label, error).then(events.onBroken),
  });
  const close = () => {
    client.dispose();
    remote.close();
  };
  try {
    const hello = await client.call(
      'hello',
      { protocol: HOST_PROTOCOL, consoleVersion },
      { signal, timeoutMs: HELLO_MS },
    );
    if (hello.protocol !== HOST_PROTOCOL) {
      close();
      return { kind: 'other-protocol', version: hello.version, error: otherProtocol(host.label, hello) };
    }
    const status = await client.subscribe({ signal, timeoutMs: SUBSCRIBE_MS });
    const ping = async (timeoutMs: number) => {
      await client.call('hello', { protocol: HOST_PROTOCOL, consoleVersion }, { signal, timeoutMs });
    };
    return { kind: 'serving', vmcl: { client, version: hello.version, status, ping, close } };
  } catch (error) {
    const reason = error instanceof MinimeError ? await reasonOfEnd(remote, host.label, error) : error;
    close();
    // vmcl may also notice the difference itself and refuse.
    if (reason instanceof MinimeError && reason.kind === 'protocol-mismatch') {
      return { kind: 'other-protocol', version: null, error: { ...reason.info, host: host.label } };
    }
    throw reason;
  }
}

/** What the program said last tells more than that its stream has ended. */
async function reasonOfEnd(remote: RemoteStream, label: string, error: MinimeError): Promise<MinimeError> {
  if (error.kind !== 'unreachable') return error;
  const end = await Promise.race([remote.closed, delay(REASON_MS, null, { ref: false })]);
  if (end === null) return error;
  if (end.error !== undefined) return new MinimeError({ host: label, ...end.error });
  const { stderr, code } = end;
  return new MinimeError({
    kind: 'tool-failed',
    host: label,
    message: `The host program on ${label} has ended${code === null ? '' : ` with exit code ${code}`}.`,
    ...(stderr === '' ? {} : { cause: stderr.trim().split('\n').at(-1) ?? '', details: stderr }),
    remedy: 'It is started again by itself.',
  });
}

function otherProtocol(label: string, hello: { version: string; protocol: number }): ErrorInfo {
  return {
    kind: 'protocol-mismatch',
    host: label,
    message: `The host program on ${label} (version ${hello.version}) does not fit this console.`,
    cause: `It speaks protocol ${hello.protocol}, this console speaks ${HOST_PROTOCOL}.`,
    remedy:
      hello.protocol > HOST_PROTOCOL
        ? 'Use a newer Minime console.'
        : 'Update the host program from the cluster page.',
  };
}
