import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import ssh2 from 'ssh2';
import { MinimeError } from '../../../src/contract/errors.ts';
import type { Authenticator, LoginControls } from './auth/authenticator.ts';
import { cancelled, connectionLost, tooSlow } from './errors.ts';
import type { KnownHost } from './knownHosts/parse.ts';
import { type HostKeyVerdict, hostKeyAlgorithms, judgeHostKey } from './knownHosts/verdict.ts';
import type { SshTarget } from './target.ts';

/** Milliseconds a host may take for one step of the login. PAM with a slow directory behind it takes long. */
const STEP_TIMEOUT = 60_000;

/** The handshake was ended because the host key is not known as this host's. */
export class HostKeyRefused extends Error {
  readonly verdict: Exclude<HostKeyVerdict, { kind: 'known' }>;
  readonly key: Buffer;

  constructor(verdict: Exclude<HostKeyVerdict, { kind: 'known' }>, key: Buffer) {
    super(`host key ${verdict.kind}`);
    this.verdict = verdict;
    this.key = key;
  }
}

/** The host closed the connection while logging in. */
export class LoginInterrupted extends Error {
  /** What the host said before the login, which may tell why (PAM: account expired, system booting). */
  readonly banner: string;
  /** `waiting`: it did not wait for the admin's answer. `attempts`: it allows no more attempts on one connection. */
  readonly why: 'waiting' | 'attempts' | 'unknown';

  constructor(message: string, banner: string, waiting: boolean) {
    super(message);
    this.banner = banner;
    this.why = waiting
      ? 'waiting'
      : /too many authentication failures/i.test(message)
        ? 'attempts'
        : 'unknown';
  }
}

export interface LoginOptions {
  socket: Duplex;
  target: SshTarget;
  knownHosts: readonly KnownHost[];
  authenticator: Authenticator;
  keepaliveMs: number;
  /** Milliseconds until the host key must be there. */
  handshakeMs: number;
  logger: Logger;
  signal: AbortSignal;
}

/**
 * One SSH handshake and login over a socket that is connected already. Rejects with a MinimeError, `HostKeyRefused` or
 * `LoginInterrupted`; the socket is closed then.
 *
 * A host key that is not known ends the handshake at once; it is asked about afterwards, without a connection open that
 * the server would time out.
 */
export function login(options: LoginOptions): Promise<ssh2.Client> {
  const { socket, target, authenticator, logger, signal } = options;
  const host = { name: target.hostKeyAlias ?? target.hostname, port: target.port };
  const client = new ssh2.Client();

  return new Promise((resolve, reject) => {
    let settled = false;
    let authenticating = false;
    let patient = 0;
    let endedWhileWaiting: LoginInterrupted | null = null;
    let banner = '';
    let timer: NodeJS.Timeout | undefined;

    const settle = (finish: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const fail = (error: unknown) =>
      settle(() => {
        socket.destroy();
        reject(error);
      });
    const onAbort = () => fail(cancelled(target.label));
    const expectSoon = () => {
      clearTimeout(timer);
      const limit = authenticating ? STEP_TIMEOUT : options.handshakeMs;
      if (!settled) timer = setTimeout(() => fail(tooSlow(target.label, 'Logging in', limit)), limit);
    };
    const controls: LoginControls = {
      fail,
      async patiently(work) {
        clearTimeout(timer);
        patient += 1;
        try {
          const result = await work();
          if (endedWhileWaiting !== null) fail(endedWhileWaiting);
          if (settled) throw cancelled(target.label); // nothing may be sent on a connection that has ended
          return result;
        } finally {
          patient -= 1;
          expectSoon();
        }
      },
    };
    /** The question stays open although the connection has ended: its answer is used on the next one. */
    const interrupt = (message: string) => {
      const error = new LoginInterrupted(message, banner, patient > 0);
      if (patient === 0) fail(error);
      else endedWhileWaiting ??= error;
    };

    const nextAttempt = async (
      methods: readonly string[] | null,
      partial: boolean,
      offer: (method: unknown) => void,
    ) => {
      try {
        const method = await authenticator.next(methods, partial, controls);
        if (method === null) fail(await authenticator.failure());
        else if (!settled) offer(method);
      } catch (error) {
        fail(error);
      }
    };

    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    expectSoon();

    client.on('banner', (text) => {
      banner = (banner + text).slice(-2000);
    });
    client.on('ready', () => settle(() => resolve(client)));
    client.on('error', (error) => {
      const level = 'level' in error ? error.level : undefined;
      // A key that could not sign: ssh2 goes on with the next attempt of its own accord.
      if (settled || level === 'agent') logger.debug({ err: error }, 'ssh client error');
      else if (authenticating) interrupt(error.message);
      else fail(handshakeFailed(target, error));
    });
    client.on('close', () => {
      const why = 'The host closed the connection.';
      if (authenticating) interrupt(why);
      else fail(connectionLost(target.label, why));
    });

    client.connect({
      sock: socket as never, // typed as Readable, though ssh2 writes to it
      username: target.user,
      readyTimeout: 0,
      keepaliveInterval: options.keepaliveMs,
      keepaliveCountMax: Number.MAX_SAFE_INTEGER, // only sends; whether the host is alive is for `watchAlive` to say
      algorithms: { serverHostKey: hostKeyAlgorithms(options.knownHosts, host) },
      hostVerifier: (key: Buffer) => {
        const verdict = judgeHostKey(options.knownHosts, host, key);
        if (verdict.kind === 'known') return true;
        fail(new HostKeyRefused(verdict, key));
        return false;
      },
      authHandler: (
        methods: readonly string[] | null,
        partial: boolean | null,
        offer: (method: unknown) => void,
      ) => {
        if (settled) return;
        authenticating = true;
        expectSoon();
        void nextAttempt(methods, partial === true, offer);
      },
    } as unknown as ssh2.ConnectConfig);
  });
}

function handshakeFailed(target: SshTarget, error: Error): MinimeError {
  if (/no matching/i.test(error.message)) {
    return new MinimeError({
      kind: 'unsupported',
      host: target.label,
      message: `${target.label} and Minime have no common way to encrypt the connection.`,
      cause: error.message,
      remedy: 'Update OpenSSH on the host, or allow newer algorithms in its sshd_config.',
    });
  }
  if (/before handshake|identification|protocol version|ident/i.test(error.message)) {
    return new MinimeError({
      kind: 'unreachable',
      host: target.label,
      message: `What answers at ${target.hostname}, port ${target.port}, does not speak SSH.`,
      cause: error.message,
      remedy: 'Check the port, and that sshd on the host accepts connections from this machine.',
    });
  }
  return connectionLost(target.label, error.message);
}
