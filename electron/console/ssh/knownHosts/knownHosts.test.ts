import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendKnownHost, readKnownHosts } from './files.ts';
import { hashName, parseKnownHosts } from './parse.ts';
import { hostKeyAlgorithms, judgeHostKey } from './verdict.ts';

/** A key blob of a type, told apart by `seed`. */
function key(type: string, seed: string): Buffer {
  const field = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
  return Buffer.concat([field(type), field(seed)]);
}
const ed1 = key('ssh-ed25519', 'one');
const ed2 = key('ssh-ed25519', 'two');
const rsa = key('ssh-rsa', 'rsa');
const line = (names: string, blob: Buffer, type = 'ssh-ed25519') =>
  `${names} ${type} ${blob.toString('base64')}`;
const entries = (...lines: string[]) => parseKnownHosts(lines.join('\n'), 'kh').entries;
const web = { name: 'web', port: 22 };

describe('a host key', () => {
  const hashed = `|1|${Buffer.from('salt').toString('base64')}|${hashName('web', Buffer.from('salt'))}`;

  it.each([
    ['known', [line('web', ed1)], web, ed1],
    ['known', [line('db,web', ed1)], web, ed1],
    ['known', [line(hashed, ed1)], web, ed1],
    ['known', [line('[web]:2222', ed1)], { name: 'WEB', port: 2222 }, ed1],
    ['known', [line('web', ed1)], { name: 'web', port: 2222 }, ed1], // as ssh: also looked for without the port
    ['known', [line('w?b,*.lab', ed1)], { name: 'x.lab', port: 22 }, ed1],
    ['known', [line('web', ed2), line('web', ed1)], web, ed1],
    ['unknown', [], web, ed1],
    ['unknown', [line('web', ed1)], { name: 'webb', port: 22 }, ed1],
    ['unknown', [line('*.lab,!x.lab', ed1)], { name: 'x.lab', port: 22 }, ed1],
    ['unknown', [line('w.b', ed1)], web, ed1], // the dot is no wildcard
    ['unknown', [line('web', ed2)], { name: 'web', port: 2222 }, ed1],
    ['unknown', [`@cert-authority ${line('web', ed1)}`], web, ed1],
    ['changed', [line('web', ed2)], web, ed1],
    ['changed', [line(hashed, ed2)], web, ed1],
    ['other-type', [line('web', rsa, 'ssh-rsa')], web, ed1],
    ['revoked', [line('web', ed1), `@revoked ${line('*', ed1)}`], web, ed1],
    ['unknown', [`@revoked ${line('*', ed2)}`], web, ed1],
  ] as const)('is %s (%#)', (kind, lines, host, shown) => {
    expect(judgeHostKey(entries(...lines), host, shown).kind).toBe(kind);
  });

  it('that has changed is told with file and line', () => {
    expect(judgeHostKey(entries('# comment', '', line('web', ed2)), web, ed1)).toMatchObject({
      kind: 'changed',
      entry: { file: 'kh', line: 3, keyType: 'ssh-ed25519' },
    });
  });

  it('is asked for in the types the host is known by first', () => {
    expect(hostKeyAlgorithms([], web)[0]).toBe('ssh-ed25519');
    const order = hostKeyAlgorithms(entries(line('web', rsa, 'ssh-rsa'), line('db', ed1)), web);
    expect(order.slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
    expect(order).toHaveLength(6);
  });
});

describe('a known_hosts file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'minime-known-'));
    file = join(folder, '.ssh', 'known_hosts');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('says why it leaves lines out', () => {
    const { entries: usable, ignored } = parseKnownHosts(
      [
        'web',
        'web ssh-ed25519 AAAA',
        line('web', ed1, 'ssh-rsa'),
        '@new x y z',
        `@cert-authority ${line('*', ed1)}`,
      ].join('\n'),
      'kh',
    );
    expect(usable).toEqual([]);
    expect(ignored.map(({ line: at, reason }) => [at, reason.split(' ')[0]])).toEqual([
      [1, 'it'],
      [2, 'it'],
      [3, 'it'],
      [4, 'the'],
      [5, 'host'],
    ]);
  });

  it('is made private, and appended to by several at once without harm', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `host${index}`);
    await Promise.all(
      names.map((name) => appendKnownHost(file, { name, port: 22 }, ed1, { hashed: name === 'host7' })),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, '.ssh')).mode & 0o777).toBe(0o700);
    const read = await readKnownHosts([file, join(folder, 'absent')]);
    expect(read.ignored).toEqual([]);
    for (const name of names) expect(judgeHostKey(read.entries, { name, port: 22 }, ed1).kind).toBe('known');
    expect(readFileSync(file, 'utf8')).not.toMatch(/^host7 /m);
  });

  it('without a line end at its end keeps its last line', async () => {
    await appendKnownHost(file, web, ed1, { hashed: false });
    writeFileSync(file, readFileSync(file, 'utf8').trimEnd());
    await appendKnownHost(file, { name: 'db', port: 2222 }, ed2, { hashed: false });
    const { entries: read } = await readKnownHosts([file]);
    expect(read.map(({ names }) => names)).toEqual(['web', '[db]:2222']);
  });

  it('is understood by ssh-keygen, plain and hashed', async () => {
    const pair = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', pair]);
    const blob = Buffer.from(readFileSync(`${pair}.pub`, 'utf8').split(' ')[1] ?? '', 'base64');
    await appendKnownHost(file, { name: 'web', port: 2222 }, blob, { hashed: true });
    expect(execFileSync('ssh-keygen', ['-F', '[web]:2222', '-f', file]).toString()).toContain(
      blob.toString('base64'),
    );
    execFileSync('ssh-keygen', ['-R', '[web]:2222', '-f', file], { stdio: 'ignore' });
    expect((await readKnownHosts([file])).entries).toEqual([]);
  });

  it('that cannot be written is told as storage', async () => {
    writeFileSync(join(folder, '.ssh'), 'a file where the folder should be');
    await expect(appendKnownHost(file, web, ed1, { hashed: false })).rejects.toMatchObject({
      kind: 'storage',
    });
  });
});
