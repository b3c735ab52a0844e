/**
 * Where secrets outlive a connection. Never in clear: a storage that cannot encrypt is not offered. Its methods
 * reject with a MinimeError of kind `storage`.
 */
export interface SecretStorage {
  /** `memory`: not beyond this run. */
  readonly kind: 'system-keyring' | 'passphrase-file' | 'memory';
  get(name: string): Promise<string | null>;
  set(name: string, secret: string): Promise<void>;
  /** Does nothing if there is none. */
  delete(name: string): Promise<void>;
}
