import type { SecretStorage } from './secretStorage.ts';

/** For this run only. */
export function memorySecrets(): SecretStorage {
  const secrets = new Map<string, string>();
  return {
    kind: 'memory',
    get: (name) => Promise.resolve(secrets.get(name) ?? null),
    set: (name, secret) => {
      secrets.set(name, secret);
      return Promise.resolve();
    },
    delete: (name) => {
      secrets.delete(name);
      return Promise.resolve();
    },
  };
}
