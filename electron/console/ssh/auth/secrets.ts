import type { Logger } from 'pino';
import { cancelled } from '../errors.ts';
import type { Prompter, SecretQuestion, SecretStore } from './prompter.ts';

/** How often the admin is asked for the same secret before logging in is given up. */
export const MAX_ASKS = 3;

interface Held {
  secret: string;
  origin: 'memory' | 'store' | 'admin';
  remember: boolean;
}

/**
 * The secrets of one host connection: those that proved right stay in memory, so that a lost connection comes back
 * without asking. Looked for in memory, then in the store, then asked of the admin.
 */
export class Secrets {
  readonly #store: SecretStore;
  readonly #logger: Logger;
  readonly #held = new Map<string, Held>();
  readonly #rejected = new Set<string>();

  constructor(store: SecretStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** The secret if it is known without asking. A stored one that proved wrong in this attempt is not given again. */
  async known(name: string): Promise<string | null> {
    const held = this.#held.get(name);
    if (held !== undefined) return held.secret;
    if (this.#rejected.has(name)) return null;
    const stored = await this.#guarded('read', () => this.#store.get(name));
    if (stored === null || stored === undefined) return null;
    this.#held.set(name, { secret: stored, origin: 'store', remember: false });
    return stored;
  }

  /** Asks the admin. Rejects with `cancelled` if they decline or `signal` aborts. */
  async ask(
    name: string,
    prompter: Prompter,
    question: SecretQuestion,
    signal: AbortSignal,
  ): Promise<string> {
    const answer = await prompter.secret(question, signal);
    if (signal.aborted || answer.kind === 'cancel') throw cancelled(question.host);
    const secret = answer.answers[0] ?? '';
    this.#held.set(name, { secret, origin: 'admin', remember: answer.remember && question.canRemember });
    return secret;
  }

  /** To be called when the secret was accepted: now, and not before, it is stored if the admin wanted that. */
  async confirm(name: string): Promise<void> {
    const held = this.#held.get(name);
    this.#rejected.delete(name);
    if (held === undefined) return;
    const { secret } = held;
    if (held.remember) await this.#guarded('store', () => this.#store.set(name, secret));
    this.#held.set(name, { secret, origin: 'memory', remember: false });
  }

  /** To be called when the secret was refused: it is forgotten, in the store too. */
  async reject(name: string): Promise<void> {
    const held = this.#held.get(name);
    this.#held.delete(name);
    this.#rejected.add(name);
    if (held?.origin !== 'admin') await this.#guarded('delete', () => this.#store.delete(name));
  }

  /** Tries stored secrets again, and asks anew for those that are not. */
  forget(): void {
    this.#held.clear();
    this.#rejected.clear();
  }

  /** A keyring that fails must not keep the admin from logging in: it is logged, and they are asked. */
  async #guarded<T>(action: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#logger.warn({ err: error, action }, 'secret storage failed');
      return undefined;
    }
  }
}

/** Names under which secrets are kept. */
export const secretName = {
  password: (user: string, hostname: string, port: number) => `password:${user}@${hostname}:${port}`,
  sudo: (user: string, hostname: string, port: number) => `sudo:${user}@${hostname}:${port}`,
  passphrase: (keyFile: string) => `passphrase:${keyFile}`,
};
