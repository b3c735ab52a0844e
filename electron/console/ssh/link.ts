import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type ssh2 from 'ssh2';
import { MinimeError } from '../../../src/contract/errors.ts';
import { Authenticator } from './auth/authenticator.ts';
import type { Prompter } from './auth/prompter.ts';
import type { Secrets } from './auth/secrets.ts';
import { dialDirectly, dialThrough } from './dial.ts';
import { cancelled, connectionLost } from './errors.ts';
import { settleHostKey } from './hostKey.ts';
import { watchAlive } from './keepalive.ts';
import { readKnownHosts } from './knownHosts/files.ts';
import { HostKeyRefused, LoginInterrupted, login } from './login.ts';
import type { SshTarget } from './target.ts';

/** A server that keeps closing the connection while we log in is given up after so many. */
const MAX_CONNECTIONS = 20;

/** One logged-in SSH connection, with those to its jump hosts. */
export interface Link {
  readonly client: ssh2.Client;
  /** Aborts when the connection has ended; its reason is a MinimeError, `cancelled` if `close` was called. */
  readonly lost: AbortSignal;
  close(): void;
}

export interface LinkDeps {
  secrets: Secrets;
  prompter: Prompter;
  logger: Logger;
  /** Milliseconds between signs of life asked of the host; it is given up after three to four of them in silence. */
  keepaliveMs: number;
  dialTimeoutMs: number;
}

/** Connects, jump hosts first, checks the host key and logs in. Rejects with a MinimeError. */
export async function openLink(target: SshTarget, deps: LinkDeps, signal: AbortSignal): Promise<Link> {
  const jump = target.jump === undefined ? null : await openLink(target.jump, deps, signal);
  const via =
    jump === null || target.jump === undefined ? null : { client: jump.client, target: target.jump };
  const dial = (): Promise<Duplex> =>
    via === null
      ? dialDirectly(target, deps.dialTimeoutMs, signal)
      : dialThrough(via, target, deps.dialTimeoutMs, signal);
  try {
    const { client, socket } = await logIn(target, dial, deps, signal);
    return asLink(target, client, socket, jump, deps.keepaliveMs);
  } catch (error) {
    jump?.close();
    throw error;
  }
}

async function logIn(
  target: SshTarget,
  dial: () => Promise<Duplex>,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<{ client: ssh2.Client; socket: Duplex }> {
  const authenticator = new Authenticator(target, deps, signal);
  for (let connection = 1; ; connection++) {
    const { entries, ignored } = await readKnownHosts(target.knownHosts);
    if (connection === 1 && ignored.length > 0) deps.logger.info({ ignored }, 'known_hosts lines ignored');
    const progress = authenticator.progress;
    const socket = await dial();
    try {
      const client = await login({
        ...{ socket, target, authenticator, signal, knownHosts: entries },
        ...{ keepaliveMs: deps.keepaliveMs, handshakeMs: deps.dialTimeoutMs, logger: deps.logger },
      });
      await authenticator.succeeded();
      return { client, socket };
    } catch (error) {
      if (error instanceof HostKeyRefused) {
        await settleHostKey(target, error, deps.prompter, signal);
      } else if (error instanceof LoginInterrupted) {
        const further = error.why !== 'unknown' && authenticator.progress > progress;
        if (!further || connection === MAX_CONNECTIONS) throw interrupted(target, error);
        deps.logger.debug({ reason: error.message }, 'the host broke the login off; connecting again');
        await authenticator.startAgain(error.why === 'attempts');
      } else {
        throw error;
      }
    }
  }
}

function interrupted(target: SshTarget, error: LoginInterrupted): MinimeError {
  const said = error.banner.trim();
  return new MinimeError({
    kind: 'unreachable',
    host: target.label,
    message: `${target.label} closed the connection while ${target.user} was logging in.`,
    cause: said === '' ? error.message : said,
    remedy:
      'The host may be starting up, or the account may be locked or expired; see the log of sshd on the host.',
  });
}

function asLink(
  target: SshTarget,
  client: ssh2.Client,
  socket: Duplex,
  jump: Link | null,
  keepaliveMs: number,
): Link {
  const lost = new AbortController();
  setMaxListeners(0, lost.signal); // one for each command under way
  const end = (reason: MinimeError) => {
    if (lost.signal.aborted) return;
    stopWatching();
    lost.abort(reason);
    socket.destroy();
    jump?.close();
  };
  const stopWatching = watchAlive(socket, keepaliveMs, () =>
    end(connectionLost(target.label, 'The host has stopped answering.')),
  );
  client.on('error', (error) => end(connectionLost(target.label, error.message)));
  client.on('close', () => end(connectionLost(target.label)));
  jump?.lost.addEventListener('abort', () => end(jump.lost.reason as MinimeError));
  return {
    client,
    lost: lost.signal,
    close() {
      client.end();
      end(cancelled(target.label));
    },
  };
}
