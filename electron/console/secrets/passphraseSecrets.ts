import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { MinimeError } from '../../../src/contract/errors.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import { openJsonFile } from '../files/jsonFile.ts';
import type { SecretStorage } from './secretStorage.ts';

/** scrypt's N: 128 MiB of memory and about half a second for each guess. */
const COST = 2 ** 17;
const MAX_MEMORY = 512 * 1024 * 1024;
const CIPHER = 'aes-256-gcm';

/** The file in the clear: how the key is derived, and a ciphertext that hides the names of secrets, too. Base64. */
const fileSchema = z.object({
  format: z.literal(1),
  cost: z
    .number()
    .int()
    .min(2)
    .max(COST * 2),
  salt: z.base64(),
  nonce: z.base64(),
  data: z.base64(),
  tag: z.base64(),
});
type SecretsFile = z.infer<typeof fileSchema>;

const secretsSchema = z.record(z.string(), z.string());

export interface OpenedSecrets {
  storage: SecretStorage;
  /** Present if the file was damaged: what was remembered is lost. */
  notice?: Finding;
}

/**
 * Secrets in a file, encrypted by a passphrase. `askPassphrase` is told whether there is a file to open already, since a
 * new passphrase should be typed twice. Rejects with `not-permitted` if the passphrase does not open the file.
 */
export async function openPassphraseSecrets(
  path: string,
  askPassphrase: (isNew: boolean) => Promise<string>,
  now: number,
  newCost: number = COST,
): Promise<OpenedSecrets> {
  const { file, value, notice } = await openJsonFile<SecretsFile | null>(path, {
    schema: fileSchema,
    fallback: null,
    now,
  });
  const passphrase = await askPassphrase(value === null);
  const salt = value === null ? randomBytes(16) : Buffer.from(value.salt, 'base64');
  const cost = value === null ? newCost : value.cost;
  const key = await deriveKey(passphrase, salt, cost);
  const secrets = new Map(value === null ? [] : Object.entries(decrypt(value, key, path)));
  const save = () =>
    file.write({
      format: 1,
      cost,
      salt: salt.toString('base64'),
      ...encrypt(Object.fromEntries(secrets), key),
    });
  if (value === null) await save();

  const storage: SecretStorage = {
    kind: 'passphrase-file',
    get: (name) => Promise.resolve(secrets.get(name) ?? null),
    async set(name, secret) {
      secrets.set(name, secret);
      await save();
    },
    async delete(name) {
      if (secrets.delete(name)) await save();
    },
  };
  return { storage, ...(notice === undefined ? {} : { notice }) };
}

function deriveKey(passphrase: string, salt: Buffer, cost: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      passphrase.normalize('NFKC'),
      salt,
      32,
      { N: cost, r: 8, p: 1, maxmem: MAX_MEMORY },
      (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      },
    );
  });
}

function encrypt(secrets: Record<string, string>, key: Buffer): Pick<SecretsFile, 'nonce' | 'data' | 'tag'> {
  // Random nonces of 96 bits are safe for far more writes than this file will ever see.
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const data = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
  return {
    nonce: nonce.toString('base64'),
    data: data.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
}

function decrypt(file: SecretsFile, key: Buffer, path: string): Record<string, string> {
  try {
    const decipher = createDecipheriv(CIPHER, key, Buffer.from(file.nonce, 'base64'), { authTagLength: 16 });
    decipher.setAuthTag(Buffer.from(file.tag, 'base64'));
    const text = Buffer.concat([decipher.update(Buffer.from(file.data, 'base64')), decipher.final()]);
    return secretsSchema.parse(JSON.parse(text.toString('utf8')));
  } catch (error) {
    throw new MinimeError(
      {
        kind: 'not-permitted',
        message: 'This passphrase does not open the file of secrets.',
        cause: `${path} was encrypted with another one, or has been changed.`,
        remedy: 'Try again; or delete the file to start without remembered secrets.',
      },
      { cause: error },
    );
  }
}
