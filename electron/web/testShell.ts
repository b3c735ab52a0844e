import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { CallResult, ConsoleEvent } from '../../src/contract/consoleApi.ts';
import type { WebServerMessage } from '../../src/contract/webLink.ts';
import { startWebShell, type WebShell } from './webShell.ts';

export interface TestShell extends WebShell {
  /** Milliseconds; what the shell takes for the time. */
  now: number;
  calls: { name: string; input: unknown }[];
  answer: (name: string, input: unknown) => Promise<CallResult<unknown>>;
  emit(event: ConsoleEvent): void;
}

/** The real web shell on a free port with a page of two files and a core that the test plays. */
export async function testShell(
  options: { port?: number; authenticationMs?: number } = {},
): Promise<TestShell> {
  const folder = await mkdtemp(join(tmpdir(), 'minime-web-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const rendererFolder = join(folder, 'renderer');
  await mkdir(join(rendererFolder, 'assets'), { recursive: true });
  await writeFile(join(rendererFolder, 'index.html'), '<!doctype html><title>Minime</title>');
  await writeFile(join(rendererFolder, 'assets/app.js'), 'export {};');
  await writeFile(join(rendererFolder, 'assets/app.js.map'), '{}');
  await writeFile(join(folder, 'secret.js'), 'outside');

  const listeners = new Set<(event: ConsoleEvent) => void>();
  const calls: TestShell['calls'] = [];
  const state: Pick<TestShell, 'now' | 'calls' | 'answer' | 'emit'> = {
    now: 0,
    calls,
    answer: () => Promise.resolve({ ok: true, value: {} }),
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
  };
  const shell = await startWebShell({
    port: options.port ?? 0,
    rendererFolder,
    logger: pino({ level: 'silent' }),
    now: () => test.now,
    authenticationMs: options.authenticationMs ?? 5_000,
    core: {
      call(name, input) {
        calls.push({ name, input });
        return test.answer(name, input);
      },
      onEvent(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  });
  onTestFinished(() => shell.close());
  const test: TestShell = Object.assign(state, shell);
  return test;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request exactly as given: neither path nor Host is tidied up on the way. */
export function get(
  port: number,
  path: string,
  options: { host?: string; method?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        path,
        host: '127.0.0.1',
        method: options.method ?? 'GET',
        headers: { Host: options.host ?? `127.0.0.1:${port}` },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** Raw bytes over TCP, and everything that came back. */
export function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

export interface TestSocket {
  socket: WebSocket;
  send(message: unknown): void;
  /** The next message from the shell. */
  next(): Promise<WebServerMessage>;
  /** Code and reason once it is closed. */
  closed: Promise<{ code: number; reason: string }>;
}

/** A page's socket. Rejects with the HTTP status if the upgrade is refused. */
export function openSocket(
  port: number,
  options: { origin?: string | null; host?: string; path?: string } = {},
): Promise<TestSocket> {
  const { origin = `http://127.0.0.1:${port}`, host = `127.0.0.1:${port}`, path = '/link' } = options;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
      headers: { Host: host, ...(origin === null ? {} : { Origin: origin }) },
    });
    const waiting: ((message: WebServerMessage) => void)[] = [];
    const received: WebServerMessage[] = [];
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as WebServerMessage;
      const taker = waiting.shift();
      if (taker === undefined) received.push(message);
      else taker(message);
    });
    const closed = new Promise<{ code: number; reason: string }>((resolveClosed) => {
      socket.on('close', (code, reason) => resolveClosed({ code, reason: String(reason) }));
    });
    socket.on('unexpected-response', (_request, response) => {
      reject(new Error(String(response.statusCode)));
      socket.terminate();
    });
    socket.on('error', reject);
    socket.on('open', () =>
      resolve({
        socket,
        closed,
        send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
        next: () => {
          const first = received.shift();
          return first === undefined
            ? new Promise((resolveNext) => waiting.push(resolveNext))
            : Promise.resolve(first);
        },
      }),
    );
    onTestFinished(() => socket.terminate());
  });
}

export const keyOf = (address: string) => new URL(address).hash.replace('#key=', '');
