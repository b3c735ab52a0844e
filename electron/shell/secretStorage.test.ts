import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSafeStorageSecrets } from './secretStorage.ts';

type Backend = 'basic_text' | 'gnome_libsecret' | 'unknown';

/** Reversible and unlike the clear text, as far as these tests look. */
function encryption(backend: Backend, options: { available?: boolean; key?: number } = {}) {
  const { available = true, key = 1 } = options;
  let rotations = 0;
  return {
    isAsyncEncryptionAvailable: () => Promise.resolve(available),
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: (text: string) =>
      Promise.resolve(Buffer.from([key, ...Buffer.from(text).map((byte) => byte ^ 0x5a)])),
    decryptStringAsync: (data: Buffer) => {
      if (data[0] !== key) return Promise.reject(new Error('wrong key'));
      const result = Buffer.from(data.subarray(1).map((byte) => byte ^ 0x5a)).toString();
      return Promise.resolve({ shouldReEncrypt: rotations++ === 0, result });
    },
  };
}

let folder: string;
const file = () => join(folder, 'secrets.json');
const open = (backend: Backend, options = {}, platform: NodeJS.Platform = 'linux') =>
  openSafeStorageSecrets({
    encryption: encryption(backend, options),
    folder,
    platform,
    logger: pino({ level: 'silent' }),
  });
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-secrets-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.for(['basic_text', 'unknown'] as const)('%s is no protection', async (backend) => {
  expect(await open(backend)).toBeNull();
});

test('only Linux has backends that protect nothing', async () => {
  expect(await open('unknown', {}, 'darwin')).not.toBeNull();
});

test('no encryption, no storage', async () => {
  expect(await open('gnome_libsecret', { available: false })).toBeNull();
});

test('a secret is found again by the next run, and is not in the file in clear', async () => {
  const first = await open('gnome_libsecret');
  await first?.set('host-1', 'hunter2');
  const text = await readFile(file(), 'utf8');
  expect(text).not.toContain('hunter2');
  expect(text).not.toContain(Buffer.from('hunter2').toString('base64'));
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  const second = await open('gnome_libsecret');
  expect(await second?.get('host-1')).toBe('hunter2');
  // The first reading said that the key is to be renewed; the secret is still there after that.
  expect(await second?.get('host-1')).toBe('hunter2');
});

test('a deleted secret is gone', async () => {
  const secrets = await open('gnome_libsecret');
  await secrets?.set('host-1', 'hunter2');
  await secrets?.delete('host-1');
  expect(await secrets?.get('host-1')).toBeNull();
  expect(await readFile(file(), 'utf8')).not.toContain('host-1');
});

test('a secret of another keyring is as good as none', async () => {
  await (await open('gnome_libsecret'))?.set('host-1', 'hunter2');
  expect(await (await open('gnome_libsecret', { key: 2 }))?.get('host-1')).toBeNull();
});

test('a damaged file is put aside', async () => {
  await writeFile(file(), '{"format":1,"secrets":{"host-1":7}}');
  const secrets = await open('gnome_libsecret');
  expect(await secrets?.get('host-1')).toBeNull();
  await secrets?.set('host-2', 'x');
  expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ format: 1 });
});
