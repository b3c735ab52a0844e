import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HostConnection } from './hostConnection.ts';
import type { HostState } from './state.ts';
import { ScriptedAdmin, TestConsole } from './testing/console.ts';
import { needsRoot, useFixture } from './testing/fixture.ts';
import { freePort, isRoot, until } from './testing/sshd.ts';
import { TestHome } from './testing/users.ts';

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Resolves at the next change to this state. */
function becomes(host: HostConnection, wanted: HostState['state']): Promise<HostState> {
  return new Promise((resolve) => {
    const off = host.onState((state) => {
      if (state.state !== wanted) return;
      off();
      resolve(state);
    });
  });
}

describe.skipIf(!isRoot)(`the life of a connection (${needsRoot})`, () => {
  const t = useFixture();

  it('is shown from the first try to the end', async () => {
    const admin = new ScriptedAdmin({ password: [t.user.password] });
    const host = t.console.host(t.address(), admin);
    const seen: HostState[] = [];
    const off = host.onState((state) => seen.push(state));
    await host.connect();
    await host.connect();
    host.disconnect();
    host.disconnect();
    off();
    expect(seen.map(({ state }) => state)).toEqual([
      ...['connecting', 'awaiting-admin', 'connecting', 'connected', 'disconnected'],
    ]);
    expect(host.state).toBe(seen.at(-1));
  });

  it('commands need a connection', async () => {
    const host = t.console.host(t.address());
    await expect(host.exec(['true'])).rejects.toMatchObject({
      kind: 'unreachable',
      info: { host: '127.0.0.1' },
    });
  });

  it('a host that vanishes fails what runs at once, and comes back without a question', async () => {
    const admin = new ScriptedAdmin({ password: [t.user.password] });
    const host = t.console.host(t.address(), admin);
    await host.connect();
    const running = [host.exec(['sleep', '100']), host.exec(['cat', '/dev/zero'], { maxOutput: 1e12 })];
    await host.run(['true']);
    const reconnecting = becomes(host, 'reconnecting');
    t.sshd.breakConnections();
    for (const each of running) {
      await expect(each).rejects.toMatchObject({
        kind: 'unreachable',
        message: expect.stringContaining('was lost'),
      });
    }
    expect(await reconnecting).toMatchObject({ attempt: 1, error: { kind: 'unreachable' } });
    expect((await reconnecting).nextAttemptAt).toBeGreaterThan(Date.now() - 10_000);
    await becomes(host, 'connected');
    expect((await host.run(['echo', 'back'])).stdout).toBe('back\n');
    expect(admin.questions.map(({ purpose }) => purpose)).toEqual(['password']);
  });

  it('while sshd is down tries go on, and connect() makes one at once', async () => {
    const host = await t.connected();
    await t.sshd.stopListening();
    t.sshd.breakConnections();
    await becomes(host, 'reconnecting');
    await expect(host.connect()).rejects.toMatchObject({
      kind: 'unreachable',
      info: { cause: expect.stringContaining('nothing listens') },
    });
    expect(host.state.state).toBe('reconnecting');
    await expect(host.exec(['true'])).rejects.toMatchObject({ kind: 'unreachable' });
    await t.sshd.start();
    await host.connect();
    expect(host.state.state).toBe('connected');
  });

  it('a restart of sshd leaves it alone', async () => {
    const host = await t.connected();
    const running = host.run(['sh', '-c', 'sleep 1; echo done']);
    await t.sshd.stopListening();
    await t.sshd.start();
    expect((await running).stdout).toBe('done\n');
    expect(host.state.state).toBe('connected');
  });

  it('a host that answers nothing any more is noticed', async () => {
    const host = await t.connected({ keepaliveMs: 700 });
    const running = host.exec(['sleep', '100']);
    await host.run(['true']);
    for (const pid of t.sshd.sessions()) process.kill(pid, 'SIGSTOP');
    await expect(running).rejects.toMatchObject({
      kind: 'unreachable',
      info: { cause: 'The host has stopped answering.' },
    });
    host.disconnect();
    t.sshd.breakConnections();
  });

  it('a long upload over a connection that is alive is not taken for death', async () => {
    const host = await t.connected({ keepaliveMs: 500 });
    const slow = host.run(['sh', '-c', 'sleep 4; wc -c'], { stdin: Buffer.alloc(20_000_000) });
    expect((await slow).stdout.trim()).toBe('20000000');
  });

  it('a password that no longer fits asks the admin, and declining is final', async () => {
    const host = t.console.host(t.address(), new ScriptedAdmin({ password: [t.user.password, null] }));
    await host.connect();
    t.user.setPassword('another-password');
    t.sshd.breakConnections();
    expect(await becomes(host, 'failed')).toMatchObject({ error: { kind: 'cancelled' } });
    t.user.setPassword(t.user.password);
  });

  it('disconnecting gives up what runs, and nothing comes back', async () => {
    const host = await t.connected();
    const running = host.exec(['sleep', '100']);
    await host.run(['true']);
    host.disconnect();
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    await sleep(1500);
    expect(host.state.state).toBe('disconnected');
    await until(() => t.sshd.sessions().length === 0, 'sshd has seen the end');
  });
});

describe('a host that cannot be reached', () => {
  let home: TestHome;
  let console: TestConsole;
  let server: Server;
  let port: number;

  beforeAll(async () => {
    home = new TestHome();
    console = new TestConsole(home);
    server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = portOf(server);
  });
  afterEach(() => console.close());
  afterAll(() => {
    server.close();
    home.remove();
  });

  it('a name that does not exist', async () => {
    const host = console.host({ address: 'no-such-host.invalid' });
    await expect(host.connect()).rejects.toMatchObject({
      kind: 'unreachable',
      info: {
        ...{ host: 'no-such-host.invalid', remedy: expect.stringContaining('IP address') },
        cause: expect.stringMatching(/could not be resolved|No name server/),
      },
    });
    expect(host.state).toMatchObject({ state: 'reconnecting', attempt: 1 });
  });

  it('a host that takes the connection and then says nothing', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const host = console.host({ address: '127.0.0.1', port: portOf(silent) }, undefined, {
      dialTimeoutMs: 300,
    });
    await expect(host.connect()).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('Logging in'),
    });
    host.disconnect();
    silent.close();
  });

  it('a port where nothing listens', async () => {
    const host = console.host({ address: '127.0.0.1', port: await freePort() });
    await expect(host.connect()).rejects.toMatchObject({
      kind: 'unreachable',
      info: { cause: expect.stringContaining('nothing listens'), remedy: expect.stringContaining('sshd') },
    });
  });

  it('a port where something else answers', async () => {
    const host = console.host({ address: '127.0.0.1', port });
    await expect(host.connect()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('does not speak SSH'),
    });
  });

  it('a configuration that is broken is final', async () => {
    const host = console.host({ address: '127.0.0.1', port });
    writeFileSync(`${home.ssh}/config`, 'Host a\nnonsense\n', { mode: 0o600 });
    await expect(host.connect()).rejects.toMatchObject({ kind: 'invalid-input' });
    expect(host.state.state).toBe('failed');
  });
});
