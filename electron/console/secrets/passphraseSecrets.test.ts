import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporaryFolder.ts';
import { openPassphraseSecrets } from './passphraseSecrets.ts';

/** So that a test takes milliseconds. */
const CHEAP = 16;

const open = async (path: string, passphrase: string) =>
  await openPassphraseSecrets(path, () => Promise.resolve(passphrase), 0, CHEAP);

describe('secrets in a file encrypted by a passphrase', () => {
  test('come back with the passphrase, and only with it', async () => {
    const path = join(await temporaryFolder(), 'secrets.json');
    const asked: boolean[] = [];
    const ask = (isNew: boolean) => {
      asked.push(isNew);
      return Promise.resolve('correct horse');
    };
    const { storage } = await openPassphraseSecrets(path, ask, 0, CHEAP);
    await Promise.all([storage.set('password:root@n1:22', 'hunter2'), storage.set('gone', 'x')]);
    await storage.delete('gone');

    const again = (await openPassphraseSecrets(path, ask, 0, CHEAP)).storage;
    expect(asked).toEqual([true, false]);
    expect(await again.get('password:root@n1:22')).toBe('hunter2');
    expect(await again.get('gone')).toBeNull();
    await expect(open(path, 'correct hors')).rejects.toMatchObject({ info: { kind: 'not-permitted' } });
  });

  test('show neither themselves nor their names, and only to their owner', async () => {
    const path = join(await temporaryFolder(), 'secrets.json');
    const { storage } = await open(path, 'p');
    await storage.set('password:root@n1:22', 'hunter2');
    const text = await readFile(path, 'utf8');
    for (const known of [
      'hunter2',
      'root',
      'password',
      Buffer.from('hunter2').toString('base64').slice(0, 8),
    ]) {
      expect(text).not.toContain(known);
    }
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('are written anew each time, never twice under one nonce', async () => {
    const path = join(await temporaryFolder(), 'secrets.json');
    const { storage } = await open(path, 'p');
    const nonces = new Set<string>();
    for (let count = 0; count < 5; count++) {
      await storage.set('same', 'same');
      nonces.add((JSON.parse(await readFile(path, 'utf8')) as { nonce: string }).nonce);
    }
    expect(nonces.size).toBe(5);
  });

  test.each(['data', 'tag', 'nonce', 'salt'])('do not open when %s was changed', async (field) => {
    const path = join(await temporaryFolder(), 'secrets.json');
    await (await open(path, 'p')).storage.set('a', 'b');
    const file = JSON.parse(await readFile(path, 'utf8')) as Record<string, string>;
    const bytes = Buffer.from(file[field] ?? '', 'base64');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await writeFile(path, JSON.stringify({ ...file, [field]: bytes.toString('base64') }));
    await expect(open(path, 'p')).rejects.toMatchObject({ info: { kind: 'not-permitted' } });
  });

  test('in a damaged file are lost, which is told', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'secrets.json');
    await writeFile(path, '{');
    expect((await open(path, 'p')).notice?.id).toBe('file-damaged');
    expect(await readdir(folder)).toHaveLength(2);
  });
});
