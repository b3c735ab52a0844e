import { AsyncEntry, type EntryOptions } from '@napi-rs/keyring';
import { MinimeError } from '../../../src/contract/errors.ts';
import type { SecretStorage } from './secretStorage.ts';

const SERVICE = 'Minime';
// Without this the library falls back on Linux to the kernel's keyring, which forgets everything at a restart.
const OPTIONS: EntryOptions = { linux: { store: 'secret-service' } };
const PROBE = 'availability-check';
/** A locked keyring may ask the admin to unlock it; one that is not there fails in milliseconds. */
const PROBE_MS = 15_000;

/** The system's keyring (Secret Service, Keychain, Credential Manager), or null if there is no usable one. */
export async function openKeyringSecrets(): Promise<SecretStorage | null> {
  try {
    await entry(PROBE).getPassword(AbortSignal.timeout(PROBE_MS));
  } catch {
    return null; // Told by the storage kind that is used instead.
  }
  return {
    kind: 'system-keyring',
    get: (name) => guarded('read from', () => entry(name).getPassword()),
    set: (name, secret) => guarded('written to', () => entry(name).setPassword(secret)),
    delete: async (name) => {
      await guarded('removed from', () => entry(name).deletePassword());
    },
  };
}

const entry = (name: string) => new AsyncEntry(SERVICE, name, OPTIONS);

async function guarded<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new MinimeError(
      {
        kind: 'storage',
        message: `A secret could not be ${what} the system's keyring.`,
        cause: error instanceof Error ? error.message : String(error),
        remedy: 'Unlock the keyring and try again.',
      },
      { cause: error },
    );
  }
}
