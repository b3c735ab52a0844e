import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocket, WebSocketServer } from 'ws';
import type { CallResult, ConsoleEvent } from '../../src/contract/consoleApi.ts';
import {
  WEB_LINK_MAX_MESSAGE,
  WEB_LINK_PATH,
  type WebClientMessage,
  type WebServerMessage,
  webClientMessageSchema,
} from '../../src/contract/webLink.ts';
import type { OwnAddress } from './httpHandler.ts';
import type { Keys } from './keys.ts';

const AUTHENTICATION_MS = 5_000;
const MAX_UNAUTHENTICATED = 16;
const PING_MS = 30_000;
/** A page that leaves this many bytes unread is cut off; it connects again and takes a fresh snapshot. */
const MAX_UNREAD = 64 * 1024 * 1024;
/** WebSocket close code "policy violation". */
const POLICY_VIOLATION = 1008;

/** What the link needs of the console core. */
export interface LinkedCore {
  call(name: string, input: unknown): Promise<CallResult<unknown>>;
  onEvent(listener: (event: ConsoleEvent) => void): () => void;
}

export interface LinkOptions {
  server: Server;
  core: LinkedCore;
  keys: Keys;
  address: () => OwnAddress;
  logger: Logger;
  /** A page proved that it may use this web shell. */
  onAuthenticated?: () => void;
  authenticationMs?: number;
}

/** Connects pages to the core over WebSocket. Returns its end. */
export function serveLink(options: LinkOptions): () => void {
  const { server, core, keys, logger } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: WEB_LINK_MAX_MESSAGE,
    perMessageDeflate: false,
    clientTracking: true,
  });
  const authenticated = new Set<WebSocket>();
  /** Pinged, and not heard of since. */
  const unanswered = new WeakSet<WebSocket>();

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refuseUpgrade(request, options.address(), sockets.clients.size - authenticated.size);
    if (refusal !== null) {
      logger.warn({ refusal, origin: request.headers.origin, host: request.headers.host }, 'link refused');
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, accept);
  };

  const accept = (socket: WebSocket) => {
    const late = setTimeout(
      () => socket.close(POLICY_VIOLATION, 'not authenticated in time'),
      options.authenticationMs ?? AUTHENTICATION_MS,
    );
    socket.on('error', (error) => logger.warn({ err: error }, 'link error'));
    socket.on('pong', () => unanswered.delete(socket));
    socket.on('close', () => {
      clearTimeout(late);
      authenticated.delete(socket);
    });
    socket.on('message', (data, isBinary) => {
      const message = isBinary ? null : parse((data as Buffer).toString());
      if (message === null) {
        socket.close(POLICY_VIOLATION, 'not understood');
      } else if (authenticated.has(socket)) {
        void answer(socket, message);
      } else if (authenticate(socket, message)) {
        clearTimeout(late);
      }
    });
  };

  const authenticate = (socket: WebSocket, message: WebClientMessage): boolean => {
    const session = sessionOf(message, keys);
    if (session === null) {
      send(socket, {
        type: 'denied',
        error: {
          kind: 'not-permitted',
          message: 'This page may not use Minime: its key is unknown, used or expired.',
          remedy: 'Close this page and open Minime again from where it was started.',
        },
      });
      socket.close(POLICY_VIOLATION, 'not authenticated');
      return false;
    }
    authenticated.add(socket);
    send(socket, { type: 'welcome', session });
    options.onAuthenticated?.();
    return true;
  };

  const answer = async (socket: WebSocket, message: WebClientMessage) => {
    if (message.type !== 'call') {
      socket.close(POLICY_VIOLATION, 'authenticated already');
      return;
    }
    const result = await core.call(message.name, message.input);
    send(socket, { type: 'result', id: message.id, result });
  };

  const endEvents = core.onEvent((event) => {
    if (authenticated.size === 0) return;
    const message: WebServerMessage = { type: 'event', event };
    const text = JSON.stringify(message);
    for (const socket of authenticated) sendText(socket, text);
  });

  const pings = setInterval(() => {
    for (const socket of authenticated) {
      if (unanswered.has(socket)) {
        socket.terminate();
      } else {
        unanswered.add(socket);
        socket.ping();
      }
    }
  }, PING_MS);

  server.on('upgrade', onUpgrade);
  return () => {
    server.off('upgrade', onUpgrade);
    clearInterval(pings);
    endEvents();
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
}

function refuseUpgrade(request: IncomingMessage, own: OwnAddress, unauthenticated: number): string | null {
  if (request.headers.host !== own.host) return '421 Misdirected Request';
  if (request.headers.origin !== own.origin) return '403 Forbidden';
  if (request.url !== WEB_LINK_PATH) return '404 Not Found';
  if (unauthenticated >= MAX_UNAUTHENTICATED) return '503 Service Unavailable';
  return null;
}

function sessionOf(message: WebClientMessage, keys: Keys): string | null {
  if (message.type === 'auth') return keys.redeem(message.key);
  if (message.type === 'auth-session' && keys.isSession(message.session)) return message.session;
  return null;
}

function parse(text: string): WebClientMessage | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null; // The caller ends the connection.
  }
  const parsed = webClientMessageSchema.safeParse(json);
  return parsed.success ? parsed.data : null;
}

function send(socket: WebSocket, message: WebServerMessage): void {
  sendText(socket, JSON.stringify(message));
}

function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > MAX_UNREAD) socket.terminate();
  else socket.send(text);
}
