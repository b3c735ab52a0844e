import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostConnection } from '../hostConnection.ts';
import { needsRoot, useFixture } from '../testing/fixture.ts';
import { isRoot } from '../testing/sshd.ts';

describe.skipIf(!isRoot)(`files on the host (${needsRoot})`, () => {
  const t = useFixture();
  let folder: string;
  let small: string;
  let host: HostConnection;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'minime-files-'));
    small = join(folder, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'minime-small', small]);
  });
  beforeEach(async () => {
    t.user.allowSudo('ALL=(ALL) NOPASSWD: ALL');
    host = await t.connected();
  });
  afterAll(() => {
    execFileSync('umount', [small]);
    rmSync(folder, { recursive: true });
  });

  it('are written whole, with mode and owner, and read back', async () => {
    const path = join(folder, 'it\'s "odd" $HOME\nlínea');
    for (const content of ['', 'text\n', Buffer.from([...Array(256).keys()]), Buffer.alloc(5_000_000, 'x')]) {
      await host.writeFile(path, content, { mode: '0640' });
      expect(readFileSync(path).equals(Buffer.from(content))).toBe(true);
      expect((await host.readFile(path))?.equals(Buffer.from(content))).toBe(true);
    }
    const { mode, uid, gid } = statSync(path);
    expect([mode & 0o7777, uid, gid]).toEqual([0o640, 0, 0]);
    expect(readdirSync(folder).filter((name) => name.includes('minime-'))).toEqual([]);
  });

  it('are replaced, links and all, never written through', async () => {
    writeFileSync(join(folder, 'target'), 'untouched');
    symlinkSync('target', join(folder, 'link'));
    await host.writeFile(join(folder, 'link'), 'new', { mode: '0600' });
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('untouched');
    expect(readFileSync(join(folder, 'link'), 'utf8')).toBe('new');
  });

  it('on a full disk stay as they were, and the error says where', async () => {
    const path = join(small, 'settings');
    await host.writeFile(path, 'before', { mode: '0600' });
    await expect(host.writeFile(path, Buffer.alloc(2_000_000), { mode: '0600' })).rejects.toMatchObject({
      kind: 'storage',
      info: {
        host: '127.0.0.1',
        message: expect.stringContaining(path),
        cause: expect.stringContaining('No space left on device'),
        remedy: expect.stringContaining('free space'),
      },
    });
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(small)).toEqual(['settings']);
  });

  it('stay as they were when the connection breaks in the middle', async () => {
    const path = join(folder, 'half');
    await host.writeFile(path, 'before', { mode: '0600' });
    // Slow enough to be caught: the content goes to a FIFO-like bottleneck only after the program has started.
    const writing = host.writeFile(path, Buffer.alloc(200_000_000), { mode: '0600' });
    const temporary = () => readdirSync(folder).filter((name) => name.startsWith('half.minime-'));
    while (temporary().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    t.sshd.breakConnections();
    await expect(writing).rejects.toMatchObject({ kind: 'unreachable' });
    while (temporary().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(readFileSync(path, 'utf8')).toBe('before');
  });

  it('in a folder that is not there, or where a folder is, fail with storage', async () => {
    for (const path of [join(folder, 'no/such/file'), small]) {
      await expect(host.writeFile(path, 'x', { mode: '0600' })).rejects.toMatchObject({
        kind: 'storage',
        message: expect.stringContaining(path),
      });
    }
    expect(readdirSync(folder).filter((name) => name.includes('minime-'))).toEqual([]);
  });

  it('that are absent, too large or no files are told apart', async () => {
    expect(await host.readFile(join(folder, 'absent'))).toBeNull();
    await expect(host.readFile(folder)).rejects.toMatchObject({ kind: 'invalid-input' });
    await expect(host.readFile('/dev/zero')).rejects.toMatchObject({ kind: 'invalid-input' });
    writeFileSync(join(folder, 'large'), 'x'.repeat(1001));
    await expect(host.readFile(join(folder, 'large'), { maxBytes: 1000 })).rejects.toMatchObject({
      kind: 'tool-failed',
      message: expect.stringContaining('larger than the 1000 bytes'),
    });
    expect((await host.readFile(join(folder, 'large'), { maxBytes: 1001 }))?.length).toBe(1001);
    expect((await host.readFile('/proc/self/status'))?.toString()).toContain('Name:');
  });

  it('can be given up', async () => {
    const path = join(folder, 'given-up');
    const signal = AbortSignal.abort();
    await expect(host.writeFile(path, 'x', { mode: '0600', signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(await host.readFile(path)).toBeNull();
  });
});
