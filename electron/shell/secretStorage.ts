import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import type { Logger } from 'pino';
import { z } from 'zod';
import { openJsonFile } from '../console/files/jsonFile.ts';
import type { SecretStorage } from '../console/secrets/secretStorage.ts';

/** Ciphertexts by the secret's name, base64; the key to them is the system's. */
const fileSchema = z.object({ format: z.literal(1), secrets: z.record(z.string(), z.base64()) });
type SecretsFile = z.infer<typeof fileSchema>;

type Encryption = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

/** On Linux these two mean that Chromium would encrypt with a key that is in its source code. */
const unprotectedBackends: readonly string[] = ['basic_text', 'unknown'];

export interface SafeStorageSecretsOptions {
  encryption: Encryption;
  folder: string;
  platform: NodeJS.Platform;
  logger: Logger;
}

/** Secrets encrypted with the system's keyring; null where that would be no protection. Call when the app is ready. */
export async function openSafeStorageSecrets(
  options: SafeStorageSecretsOptions,
): Promise<SecretStorage | null> {
  const { encryption, logger } = options;
  if (!(await encryption.isAsyncEncryptionAvailable())) return null;
  if (options.platform === 'linux' && unprotectedBackends.includes(encryption.getSelectedStorageBackend())) {
    return null;
  }
  const { file, value, notice } = await openJsonFile<SecretsFile>(join(options.folder, 'secrets.json'), {
    schema: fileSchema,
    fallback: { format: 1, secrets: {} },
    now: Date.now(),
  });
  if (notice !== undefined) logger.warn(notice, 'stored secrets put aside');
  const ciphertexts = new Map(Object.entries(value.secrets));
  const save = () => file.write({ format: 1, secrets: Object.fromEntries(ciphertexts) });

  const set = async (name: string, secret: string) => {
    ciphertexts.set(name, (await encryption.encryptStringAsync(secret)).toString('base64'));
    await save();
  };

  return {
    kind: 'system-keyring',
    set,
    async get(name) {
      const ciphertext = ciphertexts.get(name);
      if (ciphertext === undefined) return null;
      try {
        const decrypted = await encryption.decryptStringAsync(Buffer.from(ciphertext, 'base64'));
        if (decrypted.shouldReEncrypt) await set(name, decrypted.result);
        return decrypted.result;
      } catch (error) {
        // The keyring was reset, or belongs to someone else: the admin is asked again, as if it had not been kept.
        logger.warn({ name, err: error }, 'stored secret cannot be decrypted');
        return null;
      }
    },
    async delete(name) {
      if (ciphertexts.delete(name)) await save();
    },
  };
}
