import { beforeEach, describe, expect, it } from 'vitest';
import type { HostConnection } from '../hostConnection.ts';
import type { RemoteStream } from '../remoteHost.ts';
import { ScriptedAdmin } from '../testing/console.ts';
import { needsRoot, useFixture } from '../testing/fixture.ts';
import { isRoot } from '../testing/sshd.ts';

const PREAMBLE = 'the-program-speaks-1';

/** Bytes until there are `length` of them, or the stream has ended. */
async function read({ stream }: RemoteStream, length = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= length) break;
  }
  return Buffer.concat(chunks);
}

describe.skipIf(!isRoot)(`a stream (${needsRoot})`, () => {
  const t = useFixture();
  let host: HostConnection;
  const start = (script: string, options?: { signal?: AbortSignal; timeoutMs?: number }) =>
    host.openStream(['sh', '-c', script, 'x', PREAMBLE], PREAMBLE, options);

  beforeEach(async () => {
    t.user.allowSudo('ALL=(ALL) ALL', ['Defaults:USER lecture=always']);
    t.user.write('.bashrc', `head -c 8000000 /dev/zero; echo; echo ${PREAMBLE.slice(0, -1)}\n`);
    host = t.console.host(t.address(), new ScriptedAdmin({ password: [t.user.password] }));
    await host.connect();
  });

  it('begins after the preamble, as root, past all noise, and carries bytes both ways', async () => {
    const remote = await start('echo noise; printf "%s\\n" "$1"; id -u; exec cat');
    expect((await read(remote, 2)).toString()).toBe('0\n');
    const bytes = Buffer.from([...Array(256).keys()]);
    remote.stream.write(bytes);
    expect((await read(remote, 256)).equals(bytes)).toBe(true);
    remote.stream.end();
    expect((await read(remote)).length).toBe(0);
    expect(await remote.closed).toEqual({ code: 0, stderr: '' });
  });

  it('whose first bytes come together with the preamble loses none of them', async () => {
    const remote = await start('printf "%s\\nfirst" "$1"');
    expect((await read(remote)).toString()).toBe('first');
    expect(await remote.closed).toEqual({ code: 0, stderr: '' });
  });

  it('is held back while nobody reads', async () => {
    const remote = await start('echo "$1"; exec head -c 50000000 /dev/zero');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(remote.stream.readableLength).toBeLessThan(10_000_000);
    expect((await read(remote)).length).toBe(50_000_000);
    await remote.closed;
  });

  it('of a program that fails tells its exit code and last words', async () => {
    const remote = await start('echo "$1"; echo "corosync is on fire" >&2; exit 7');
    await read(remote);
    expect(await remote.closed).toMatchObject({
      code: 7,
      stderr: 'corosync is on fire\n',
      error: { kind: 'tool-failed', host: '127.0.0.1', cause: 'corosync is on fire' },
    });
  });

  it('that is closed ends the program, whether it listens or not', async () => {
    for (const program of ['exec cat >/dev/null', 'trap "" HUP; sleep 4721; echo never']) {
      const remote = await start(`echo "$1"; ${program}`);
      remote.close();
      expect(await remote.closed).not.toHaveProperty('error');
    }
    const { stdout } = await host.run(['ps', '-eo', 'args']);
    expect(stdout.split('\n').filter((line) => line === 'sleep 4721')).toEqual([]);
  });

  it('ends with the connection, and tells so', async () => {
    const remote = await start('echo "$1"; sleep 100');
    t.sshd.breakConnections();
    expect(await remote.closed).toMatchObject({ code: null, error: { kind: 'unreachable' } });
    expect((await read(remote)).length).toBe(0);
    remote.stream.write('into the void');
    await host.connect();
    const again = await start('echo "$1"');
    expect(await again.closed).toMatchObject({ code: 0 });
  });

  it('without the preamble fails: the program ends, takes too long, or it is cancelled', async () => {
    await expect(start('echo "no such file" >&2; exit 3')).rejects.toMatchObject({
      kind: 'tool-failed',
      info: { cause: 'no such file', message: expect.stringContaining('exit code 3') },
    });
    await expect(start('sleep 4722', { timeoutMs: 2_000 })).rejects.toMatchObject({ kind: 'timeout' });
    const abort = new AbortController();
    const starting = start('sleep 4722', { signal: abort.signal });
    abort.abort();
    await expect(starting).rejects.toMatchObject({ kind: 'cancelled' });
    const isRunning = async () => (await host.run(['ps', '-eo', 'args'])).stdout.includes('\nsleep 4722\n');
    while (await isRunning()) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('has a place of its own beside the commands, but only one', async () => {
    const remote = await start('echo "$1"; exec cat');
    await expect(start('echo "$1"')).rejects.toMatchObject({ kind: 'busy' });
    const many = await Promise.all(Array.from({ length: 10 }, () => host.run(['echo', 'x'])));
    expect(many).toHaveLength(10);
    remote.close();
    await remote.closed;
    (await start('echo "$1"')).close();
  });
});
