import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type ssh2 from 'ssh2';
import { MinimeError } from '../../../src/contract/errors.ts';
import { cancelled, dialFailed } from './errors.ts';
import type { SshTarget } from './target.ts';

/** Connects a TCP socket, directly. Rejects with `unreachable`, `timeout` or `cancelled`. */
export function dialDirectly(target: SshTarget, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  const where = `${target.hostname}, port ${target.port}`;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled(target.label));
    const socket = connect({
      host: target.hostname,
      port: target.port,
      noDelay: true,
      // Node's default of 250 ms per address gives up on hosts that are merely far away.
      autoSelectFamilyAttemptTimeout: 2_000,
    });
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('error', onError);
      settle();
    };
    const fail = (error: MinimeError) =>
      finish(() => {
        socket.on('error', () => undefined); // a destroyed socket may still report; it is answered for already
        socket.destroy();
        reject(error);
      });
    const onAbort = () => fail(cancelled(target.label));
    const onError = (error: Error) => fail(dialFailed(target.label, where, error));
    const timer = setTimeout(
      () =>
        fail(dialFailed(target.label, where, Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }))),
      timeoutMs,
    );
    signal.addEventListener('abort', onAbort);
    socket.once('error', onError);
    socket.once('connect', () => finish(() => resolve(socket)));
  });
}

/** Opens a way through a jump host that is logged in to. Rejects like `dialDirectly`. */
export function dialThrough(
  jump: { client: ssh2.Client; target: SshTarget },
  target: SshTarget,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Duplex> {
  const where = `${target.hostname}, port ${target.port}, through ${jump.target.label}`;
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (finish: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const onAbort = () => settle(() => reject(cancelled(target.label)));
    const timer = setTimeout(
      () =>
        settle(() =>
          reject(
            dialFailed(target.label, where, Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })),
          ),
        ),
      timeoutMs,
    );
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    try {
      jump.client.forwardOut('127.0.0.1', 0, target.hostname, target.port, (error, channel) => {
        if (settled) channel?.destroy();
        else
          settle(() =>
            error ? reject(forwardFailed(target, jump.target.label, where, error)) : resolve(channel),
          );
      });
    } catch (thrown) {
      settle(() => reject(dialFailed(target.label, where, thrown))); // the jump connection has just ended
    }
  });
}

function forwardFailed(target: SshTarget, jump: string, where: string, error: Error): MinimeError {
  // SSH_OPEN_ADMINISTRATIVELY_PROHIBITED (RFC 4254, 5.1)
  const forbidden = 'reason' in error && error.reason === 1;
  return new MinimeError(
    {
      kind: 'unreachable',
      host: target.label,
      message: `${target.label} cannot be reached (${where}).`,
      cause: forbidden
        ? `${jump} does not forward connections.`
        : `${jump} could not connect: ${error.message.replace('(SSH) Channel open failure: ', '')}.`,
      remedy: forbidden
        ? 'Allow TCP forwarding on the jump host (AllowTcpForwarding in its sshd_config).'
        : 'Check that the host is running and that the jump host can reach it.',
    },
    { cause: error },
  );
}
