import pino from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ResponseError } from 'vscode-jsonrpc';
import { MinimeError } from '../../../src/contract/errors.ts';
import { HOST_PROTOCOL } from '../../../src/contract/hostProtocol.ts';
import type { Connection } from '../../../src/contract/inventory.ts';
import { manualClock } from '../testing/manualClock.ts';
import { scriptedLink } from '../testing/scriptedLink.ts';
import { loadSection, type ScriptedVmcl, scriptedVmcl, type VmclScript } from '../testing/scriptedVmcl.ts';
import { createHostSession, type SessionEvents } from './hostSession.ts';

const entry = { id: 'h1', address: 'n1', addedAt: 0 };
const vms = { vms: [] };
const unreachable = { kind: 'unreachable' as const, message: 'Gone.' };

function setUp() {
  const clock = manualClock(1000);
  const link = scriptedLink();
  const connections: Connection[] = [];
  const onSection = vi.fn<SessionEvents['onSection']>();
  const session = createHostSession({
    entry,
    link,
    clock,
    consoleVersion: '0.1.0',
    logger: pino({ level: 'silent' }),
    events: { onConnection: (connection) => connections.push(connection), onSection },
  });
  const serve = (script: VmclScript = {}): { current: ScriptedVmcl; starts: number } => {
    const box = { current: scriptedVmcl(script), starts: 0 };
    link.serve = () => {
      if (box.starts > 0) box.current = scriptedVmcl(script);
      box.starts += 1;
      return box.current.remote;
    };
    return box;
  };
  const reached = async (state: Connection['state']) => {
    await vi.waitFor(() => expect(session.view().connection.state).toBe(state));
    return session.view();
  };
  return { clock, link, connections, onSection, session, serve, reached };
}

afterEach(() => void vi.useRealTimers());

describe('the session of a host', () => {
  test('shows the states of the connection', () => {
    const { link, session, connections } = setUp();
    session.connect();
    link.set({ state: 'awaiting-admin' });
    link.set({ state: 'reconnecting', error: unreachable, attempt: 2, nextAttemptAt: 5 });
    link.set({ state: 'failed', error: { kind: 'host-key-changed', message: 'Changed.' } });
    expect(connections.map((connection) => connection.state)).toEqual([
      'connecting',
      'awaiting-admin',
      'reconnecting',
      'failed',
    ]);
    expect(connections[2]).toMatchObject({ error: unreachable, attempt: 2, nextAttemptAt: 5 });
    expect(() => session.remote()).toThrow('not connected');
  });

  test('is online with what vmcl tells', async () => {
    const { link, session, serve, reached, onSection } = setUp();
    serve({ sections: { load: loadSection, vms } });
    link.set({ state: 'connected', privilege: 'sudo' });
    const view = await reached('online');
    expect(view.connection).toMatchObject({ vmclVersion: '1.2.3', privilege: 'sudo' });
    expect(view.sections).toEqual({ load: loadSection, vms });
    expect(view.lastHeardAt).toBe(1000);
    expect(onSection.mock.calls.map(([name]) => name)).toEqual(['load', 'vms']);
    expect(session.remote()).toBe(link);
    expect((await session.vmcl().call('hello', { protocol: 1, consoleVersion: '0' })).host).toBe('n1');
  });

  test('is bare where there is no vmcl, and online after deployment', async () => {
    const { link, session, serve, reached } = setUp();
    link.set({ state: 'connected', privilege: 'root' });
    await reached('bare');
    expect(() => session.vmcl()).toThrow('not installed');
    serve();
    session.refresh();
    await reached('online');
  });

  test('is bare again, and forgets what it knew, after vmcl was taken off', async () => {
    const { link, session, serve, reached } = setUp();
    const box = serve();
    link.set({ state: 'connected', privilege: 'root' });
    await reached('online');
    link.serve = null;
    session.refresh();
    const view = await reached('bare');
    expect(view.sections).toEqual({});
    expect(view.lastHeardAt).toBeNull();
    await box.current.closedByConsole;
  });

  test('answers calls while it looks for vmcl again', async () => {
    const { link, session, serve, reached } = setUp();
    const box = serve();
    link.set({ state: 'connected', privilege: 'root' });
    await reached('online');
    const first = box.current;
    let open: (() => void) | undefined;
    const next = scriptedVmcl({ version: '1.2.4' });
    link.serve = () =>
      new Promise((resolve) => {
        open = () => resolve(next.remote);
      });
    const hello = async () =>
      await session.vmcl().call('hello', { protocol: HOST_PROTOCOL, consoleVersion: '0' });
    session.refresh();
    await vi.waitFor(() => expect(open).toBeDefined());
    expect((await hello()).host).toBe('n1');
    expect(first.remote.stream.destroyed).toBe(false);
    open?.();
    await first.closedByConsole;
    expect(session.view().connection).toMatchObject({ state: 'online', vmclVersion: '1.2.4' });
    expect((await hello()).host).toBe('n1');
  });

  test('looks for vmcl once more when the one that serves ends meanwhile', async () => {
    const { link, session, serve, reached } = setUp();
    const box = serve();
    link.set({ state: 'connected', privilege: 'root' });
    await reached('online');
    const { serve: again } = link;
    link.serve = () => new Promise(() => undefined);
    session.refresh();
    box.current.end(0);
    await reached('reconnecting');
    expect(() => session.vmcl()).toThrow('not connected');
    link.serve = again;
    await vi.waitFor(() => expect(session.view().connection.state).toBe('online'), { timeout: 5000 });
  });

  test('fails with a remedy where there are no root rights', async () => {
    const { link, session, reached } = setUp();
    link.set({ state: 'connected', privilege: 'none' });
    const view = await reached('failed');
    expect(view.connection.error).toMatchObject({ kind: 'not-permitted', host: 'n1' });
    expect(view.connection.error?.remedy).toContain('sudo');
    // Login and privilege are looked at anew, not only vmcl.
    session.connect();
    expect(link.state.state).toBe('connecting');
    link.serve = () => scriptedVmcl().remote;
    link.set({ state: 'connected', privilege: 'sudo' });
    await reached('online');
  });

  test.each([
    [HOST_PROTOCOL + 1, 'newer Minime'],
    [HOST_PROTOCOL - 1, 'Update the host program'],
  ])('does not go on with protocol %i', async (protocol, remedy) => {
    const { link, serve, reached } = setUp();
    const box = serve({ protocol, version: '9.9.9' });
    link.set({ state: 'connected', privilege: 'root' });
    const view = await reached('version-mismatch');
    expect(view.connection).toMatchObject({
      vmclVersion: '9.9.9',
      error: { kind: 'protocol-mismatch', remedy: expect.stringContaining(remedy) },
    });
    expect(view.sections).toEqual({});
    await box.current.closedByConsole;
  });

  test('takes the word of a vmcl that refuses the protocol itself', async () => {
    const { link, serve, reached } = setUp();
    const info = { kind: 'protocol-mismatch', message: 'Not the same.', remedy: 'Use the newer Minime.' };
    serve({ refuse: new ResponseError(-32000, info.message, info) });
    link.set({ state: 'connected', privilege: 'root' });
    expect((await reached('version-mismatch')).connection.error).toEqual({ ...info, host: 'n1' });
  });

  test('keeps what it knew, with its age, when the host is gone', async () => {
    const { clock, link, serve, reached, onSection } = setUp();
    serve();
    link.set({ state: 'connected', privilege: 'root' });
    await reached('online');
    clock.set(9000);
    link.set({ state: 'reconnecting', error: unreachable, attempt: 1, nextAttemptAt: 10_000 });
    const view = await reached('reconnecting');
    expect(view).toMatchObject({ lastHeardAt: 1000, sections: { load: loadSection } });
    expect(view.connection.since).toBe(9000);
    expect(onSection).toHaveBeenCalledTimes(1);
  });

  test('takes pushed sections, and keeps a bad one out with a problem on show', async () => {
    const { link, serve, reached, onSection, session, connections } = setUp();
    const box = serve();
    link.set({ state: 'connected', privilege: 'root' });
    await reached('online');
    const push = (data: unknown) =>
      box.current.connection.sendNotification('section', { section: 'vms', at: 1, data });
    await push({ vms: 'many' });
    await vi.waitFor(() => expect(connections.at(-1)?.problems).toHaveLength(1));
    expect(connections.at(-1)).toMatchObject({
      state: 'online',
      problems: [{ id: 'section-not-understood', subject: 'vms', host: 'n1' }],
    });
    expect(session.view().sections.vms).toBeUndefined();
    await push(vms);
    await vi.waitFor(() => expect(onSection).toHaveBeenLastCalledWith('vms', 1000, vms));
    await vi.waitFor(() => expect(connections.at(-1)?.problems).toBeUndefined());
  });

  test('shows which sections the host could not read, until they come', async () => {
    const { link, serve, reached, connections } = setUp();
    const error = {
      id: 'section-vms',
      severity: 'error' as const,
      subject: 'vms',
      title: 'libvirt does not answer.',
    };
    const box = serve({ errors: [error] });
    link.set({ state: 'connected', privilege: 'root' });
    expect((await reached('online')).connection.problems).toEqual([{ ...error, host: 'n1' }]);
    await box.current.connection.sendNotification('section', { section: 'vms', at: 1, data: vms });
    await vi.waitFor(() => expect(connections.at(-1)?.problems).toBeUndefined());
  });

  test('starts vmcl again when it ends, and says what it said last', async () => {
    const { link, serve, reached, connections } = setUp();
    const box = serve();
    link.set({ state: 'connected', privilege: 'root' });
    await reached('online');
    box.current.end(3, 'warming up\nout of memory\n');
    const view = await reached('reconnecting');
    expect(view.connection).toMatchObject({
      attempt: 1,
      nextAttemptAt: 2000,
      error: { kind: 'tool-failed', cause: 'out of memory' },
    });
    expect(view.sections.load).toEqual(loadSection);
    await vi.waitFor(() => expect(connections.at(-1)?.state).toBe('online'), { timeout: 5000 });
    expect(box.starts).toBe(2);
  });

  test('waits longer between starts that fail, and stops when it is told to', async () => {
    vi.useFakeTimers();
    const { link, session, connections } = setUp();
    let starts = 0;
    link.serve = () => {
      starts += 1;
      throw new MinimeError({ kind: 'tool-failed', message: 'node: not found' });
    };
    link.set({ state: 'connected', privilege: 'root' });
    await vi.advanceTimersByTimeAsync(0);
    for (const wait of [1000, 2000, 5000, 10_000, 30_000, 30_000]) {
      expect((connections.at(-1)?.nextAttemptAt ?? 0) - 1000).toBe(wait);
      await vi.advanceTimersByTimeAsync(wait);
    }
    expect(starts).toBe(7);
    session.disconnect();
    expect(session.view().connection.state).toBe('disconnected');
    await vi.advanceTimersByTimeAsync(100_000);
    expect(starts).toBe(7);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('gives up a vmcl that hangs while its connection stands', async () => {
    vi.useFakeTimers();
    const { clock, link, serve, session, connections } = setUp();
    const box = serve();
    link.set({ state: 'connected', privilege: 'root' });
    await vi.waitFor(() => expect(session.view().connection.state).toBe('online'));
    clock.advance(16_000);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(session.view().connection.state).toBe('online');
    box.current.hang();
    clock.advance(16_000);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(connections.find((connection) => connection.state === 'reconnecting')?.error?.kind).toBe(
      'timeout',
    );
    session.disconnect();
  });

  test('leaves no vmcl behind that came up after it was not wanted any more', async () => {
    const { link, session } = setUp();
    const vmcl = scriptedVmcl();
    let open: (() => void) | undefined;
    link.serve = () =>
      new Promise((resolve) => {
        open = () => resolve(vmcl.remote);
      });
    link.set({ state: 'connected', privilege: 'root' });
    await vi.waitFor(() => expect(open).toBeDefined());
    session.disconnect();
    open?.();
    await vmcl.closedByConsole;
    expect(session.view().connection.state).toBe('disconnected');
  });
});
