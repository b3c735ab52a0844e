import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { HostConnection } from '../hostConnection.ts';
import { ScriptedAdmin } from '../testing/console.ts';
import { needsRoot, useFixture } from '../testing/fixture.ts';
import { isRoot, until } from '../testing/sshd.ts';

describe.skipIf(!isRoot)(`cancelling (${needsRoot})`, () => {
  const t = useFixture();
  const isRunning = async (host: HostConnection, mark: string) =>
    (await host.run(['sh', '-c', 'ps -eo args'])).stdout
      .split('\n')
      .some((line) => line.includes(mark) && !line.includes('_'));

  it('a command ends it on the host too', async () => {
    const host = await t.connected();
    for (const argv of [
      ['sleep', '4711'],
      ['sh', '-c', 'trap "" HUP PIPE; sleep 4711 | cat; echo never'],
    ]) {
      const abort = new AbortController();
      const running = host.exec(argv, { signal: abort.signal });
      while (!(await isRunning(host, 'sleep 4711'))) await sleep(20);
      abort.abort();
      await expect(running).rejects.toMatchObject({ kind: 'cancelled', info: { host: '127.0.0.1' } });
      while (await isRunning(host, 'sleep 4711')) await sleep(20);
    }
    expect(host.state.state).toBe('connected');
  });

  it('a command of root, too', async () => {
    t.user.allowSudo('ALL=(ALL) ALL', ['Defaults:USER use_pty']);
    const host = t.console.host(t.address(), new ScriptedAdmin({ password: [t.user.password] }));
    await host.connect();
    const abort = new AbortController();
    const running = host.exec(['sleep', '4712'], { signal: abort.signal, asRoot: true });
    while (!(await isRunning(host, 'sleep 4712'))) await sleep(20);
    abort.abort();
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    while (await isRunning(host, 'sleep 4712')) await sleep(20);
    t.user.denySudo();
  });

  it('before it begins does nothing', async () => {
    const host = await t.connected();
    const signal = AbortSignal.abort();
    const mark = `${t.user.home}/was-here`;
    await expect(host.exec(['touch', mark], { signal })).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await host.exec(['test', '-e', mark])).code).toBe(1);
  });

  it('a command that takes too long is ended with timeout', async () => {
    const host = await t.connected();
    await expect(host.exec(['sleep', '4713'], { timeoutMs: 300 })).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('sleep on 127.0.0.1'),
    });
    while (await isRunning(host, 'sleep 4713')) await sleep(20);
  });

  it('a command that prints too much is ended', async () => {
    const host = await t.connected();
    await expect(host.exec(['yes', 'much-too-much'], { maxOutput: 1_000_000 })).rejects.toMatchObject({
      kind: 'tool-failed',
      message: expect.stringContaining('more than 1000000 bytes'),
    });
    while (await isRunning(host, 'much-too-much')) await sleep(20);
  });

  it('connecting withdraws the question', async () => {
    const admin = new ScriptedAdmin();
    admin.silent = true;
    const host = t.console.host(t.address(), admin);
    const abort = new AbortController();
    const connecting = host.connect({ signal: abort.signal });
    await until(() => admin.questions.length === 1, 'the password was asked for');
    expect(host.state.state).toBe('awaiting-admin');
    abort.abort();
    await expect(connecting).rejects.toMatchObject({ kind: 'cancelled' });
    expect(host.state.state).toBe('disconnected');
  });
});

describe.skipIf(!isRoot)(`commands (${needsRoot})`, () => {
  const t = useFixture();

  it('tell lines as they come', async () => {
    const host = await t.connected();
    const lines: string[] = [];
    const onLine = (line: string, stream: string) => lines.push(`${stream}: ${line}`);
    const script =
      'echo one; printf "tw"; sleep 0.2; printf "o\\r\\nthr\\303"; sleep 0.2; printf "\\251e"; echo err >&2';
    await host.run(['sh', '-c', script], { onLine });
    expect(lines.toSorted()).toEqual(['stderr: err', 'stdout: one', 'stdout: thrée', 'stdout: two']);
  });

  it('that fail tell why; exit codes and signals are results', async () => {
    const host = await t.connected();
    await expect(host.run(['ls', '/nonexistent'])).rejects.toMatchObject({
      kind: 'tool-failed',
      info: {
        host: '127.0.0.1',
        message: expect.stringContaining('ls failed'),
        cause: expect.stringContaining('No such file'),
      },
    });
    expect((await host.exec(['no-such-program'])).code).toBe(127);
    expect((await host.exec(['sh', '-c', 'kill -9 $$'])).code).toBe(137);
    expect((await host.run(['sh', '-c', 'echo $LC_ALL; command -v useradd'])).stdout).toBe(
      'C.UTF-8\n/usr/sbin/useradd\n',
    );
  });

  it('are bounded: no more channels than the limit, the others wait', async () => {
    const host = await t.connected({ limits: { commands: 3 } });
    const folder = `${t.user.home}/running`;
    await host.run(['mkdir', folder]);
    const count = ['sh', '-c', 'cd "$1" && touch "$$" && ls | wc -l && sleep 0.2 && rm "$$"', 'x', folder];
    const counts = await Promise.all(Array.from({ length: 12 }, () => host.run(count)));
    expect(Math.max(...counts.map(({ stdout }) => Number(stdout)))).toBe(3);
  });

  it('waiting for a channel can be cancelled', async () => {
    const host = await t.connected({ limits: { commands: 1 } });
    const first = host.run(['sleep', '1']);
    const abort = new AbortController();
    const second = host.run(['true'], { signal: abort.signal });
    const third = host.run(['echo', 'third']);
    abort.abort();
    await expect(second).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await third).stdout).toBe('third\n');
    await first;
  });
});

describe.skipIf(!isRoot)(`a host that allows few sessions (${needsRoot})`, () => {
  const t = useFixture({ config: ['MaxSessions 2'] });

  it('gets no more than that, and all commands are carried out', async () => {
    const host = await t.connected();
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        host.run(['sh', '-c', 'sleep 0.1; echo "$1"', 'x', String(index)]),
      ),
    );
    expect(all.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 12 }, (_, index) => index));
  });
});
