import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import type { ConsoleEvent, Snapshot } from '../../src/contract/consoleApi.ts';
// Both ends of the link are tested together, against the real server; only this test may see both.
// oxlint-disable-next-line no-restricted-imports
import { followConsole } from '../../src/ui/bridge/follow.ts';
// oxlint-disable-next-line no-restricted-imports
import { connectWebBridge, type WebPage } from '../../src/ui/bridge/webBridge.ts';
import { type TestShell, testShell } from './testShell.ts';

/** What a browser gives the page, its sockets real ones. */
function testPage(address: string, session: Map<string, string> = new Map()) {
  const url = new URL(address);
  const sockets: NodeWebSocket[] = [];
  const replaceState = vi.fn<WebPage['history']['replaceState']>();
  const page: WebPage = {
    location: { host: url.host, protocol: url.protocol, hash: url.hash, pathname: url.pathname },
    history: { replaceState },
    sessionStorage: {
      getItem: (name) => session.get(name) ?? null,
      setItem: (name, value) => void session.set(name, value),
      removeItem: (name) => void session.delete(name),
    },
    openSocket(target) {
      if (finished) return { addEventListener: () => undefined, send: () => undefined };
      const socket = new NodeWebSocket(target, { origin: url.origin });
      socket.on('error', () => undefined); // A browser's socket needs no such listener.
      sockets.push(socket);
      return socket;
    },
  };
  let finished = false;
  onTestFinished(() => {
    finished = true;
    for (const socket of sockets) socket.terminate();
  });
  return { page, sockets, replaceState, session };
}

const event = (sequence: number): ConsoleEvent => ({ sequence, name: 'host.removed', data: { hostId: 'h' } });

const snapshot = (sequence: number): Snapshot => ({
  sequence,
  app: { version: '0', shell: 'web', secretStorage: 'memory', notices: [] },
  settings: { theme: 'system' },
  hosts: [],
  prompts: [],
  operations: [],
  readiness: [],
  embedded: null,
});

function answerSnapshots(shell: TestShell, sequence: () => number) {
  shell.answer = () => Promise.resolve({ ok: true, value: snapshot(sequence()) });
}

describe('the bridge of a web page', () => {
  test('takes the key out of the address and carries calls and events', async () => {
    const shell = await testShell();
    shell.answer = (name, input) => Promise.resolve({ ok: true, value: { name, input } });
    const { page, replaceState, session } = testPage(shell.newAddress());
    const bridge = await connectWebBridge(page);
    expect(replaceState).toHaveBeenCalledWith(null, '', '/');
    expect([...session.keys()]).toEqual(['minime-session']);

    expect(await bridge.call('hosts.connect', { hostId: 'h1' })).toEqual({
      ok: true,
      value: { name: 'hosts.connect', input: { hostId: 'h1' } },
    });
    const received = new Promise((resolve) => bridge.onEvent(resolve));
    shell.emit(event(1));
    expect(await received).toEqual(event(1));
  });

  test('is refused with a text that can be shown, and does not try again', async () => {
    const shell = await testShell();
    const { page, sockets } = testPage(`http://127.0.0.1:${shell.port}/#key=wrong`);
    await expect(connectWebBridge(page)).rejects.toMatchObject({ info: { kind: 'not-permitted' } });
    await new Promise((resolve) => sockets[0]?.once('close', resolve));
    expect(sockets).toHaveLength(1);
  });

  test('gets in again after a reload', async () => {
    const shell = await testShell();
    const first = testPage(shell.newAddress());
    await connectWebBridge(first.page);
    const reloaded = await connectWebBridge(testPage(`http://127.0.0.1:${shell.port}/`, first.session).page);
    expect(await reloaded.call('hosts.connect', { hostId: 'h1' })).toEqual({ ok: true, value: {} });
  });

  test('tells that the link broke, fails what was under way, and comes back with a fresh snapshot', async () => {
    const shell = await testShell();
    let sequence = 5;
    answerSnapshots(shell, () => sequence);
    const { page, sockets } = testPage(shell.newAddress());
    const bridge = await connectWebBridge(page);
    const seen: string[] = [];
    const end = followConsole(bridge, {
      onSnapshot: (taken) => seen.push(`snapshot ${taken.sequence}`),
      onEvent: (one) => seen.push(`event ${one.sequence}`),
      onLink: (connected) => seen.push(connected ? 'connected' : 'broken'),
      onError: (error) => seen.push(error.kind),
    });
    await vi.waitFor(() => expect(seen).toEqual(['snapshot 5']));

    shell.answer = () => new Promise(() => undefined);
    const underWay = bridge.call('hosts.connect', { hostId: 'h1' });
    await vi.waitFor(() => expect(shell.calls.at(-1)?.name).toBe('hosts.connect'));
    sequence = 9;
    answerSnapshots(shell, () => sequence);
    sockets[0]?.terminate();
    expect(await underWay).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
    expect(await bridge.call('hosts.connect', { hostId: 'h1' })).toMatchObject({ ok: false });
    await vi.waitFor(() => expect(seen).toEqual(['snapshot 5', 'broken', 'connected', 'snapshot 9']));
    shell.emit(event(10));
    await vi.waitFor(() => expect(seen.at(-1)).toBe('event 10'));
    end();
    shell.emit(event(11));
    await bridge.call('snapshot', {});
    expect(seen.at(-1)).toBe('event 10');
  });

  test('waits for a web shell that is started again, and then says that it knows it no more', async () => {
    const shell = await testShell();
    const { page } = testPage(shell.newAddress());
    const bridge = await connectWebBridge(page);
    await shell.close();
    await testShell({ port: shell.port });
    await vi.waitFor(
      async () =>
        expect(await bridge.call('snapshot', {})).toMatchObject({
          ok: false,
          error: { kind: 'not-permitted' },
        }),
      { timeout: 5000 },
    );
  });
});

describe('following the console', () => {
  test('drops events that the snapshot includes and keeps those that came while it was on its way', async () => {
    const shell = await testShell();
    const { page } = testPage(shell.newAddress());
    const bridge = await connectWebBridge(page);
    shell.answer = async () => {
      for (const sequence of [1, 2, 3]) shell.emit(event(sequence));
      await Promise.resolve();
      return { ok: true, value: snapshot(2) };
    };
    const seen: (string | number)[] = [];
    followConsole(bridge, {
      onSnapshot: () => seen.push('snapshot'),
      onEvent: (one) => seen.push(one.sequence),
      onLink: () => undefined,
      onError: () => undefined,
    });
    await vi.waitFor(() => expect(seen).toEqual(['snapshot', 3]));
    shell.emit(event(3));
    shell.emit(event(4));
    await vi.waitFor(() => expect(seen).toEqual(['snapshot', 3, 4]));
  });
});
