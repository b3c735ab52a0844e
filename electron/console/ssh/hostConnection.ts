import type { Logger } from 'pino';
import { MinimeError, toErrorInfo } from '../../../src/contract/errors.ts';
import type { HostAddress } from '../../../src/contract/inventory.ts';
import type { Prompter, SecretStore } from './auth/prompter.ts';
import { Secrets } from './auth/secrets.ts';
import { findRootRights } from './command/privilege.ts';
import { resolveTarget, type SshEnvironment, systemEnvironment } from './config/resolve.ts';
import { cancelled, notConnected } from './errors.ts';
import { type ChannelLimits, HostCommands } from './hostCommands.ts';
import { type Link, openLink } from './link.ts';
import type { ExecOptions, ExecResult, RemoteHost, RemoteStream } from './remoteHost.ts';
import { backoff, type HostState, isTransient } from './state.ts';

export interface HostConnectionDeps {
  prompter: Prompter;
  secretStore: SecretStore;
  logger: Logger;
  /** Home folder, user and agent to log in with; default: this process's. */
  environment?: SshEnvironment;
}

export interface HostConnectionOptions {
  /** Milliseconds between signs of life asked of the host; after three to four without any, it is gone. Default 2 000. */
  keepaliveMs?: number;
  /** Milliseconds until a host must have taken the connection, and again until it must speak SSH. Default 10 000. */
  dialTimeoutMs?: number;
  limits?: Partial<ChannelLimits>;
}

/** A connection that lasted this many milliseconds was a sound one: the next loss starts with a short wait again. */
const SOUND_AFTER = 10_000;

interface Waiter {
  resolve: () => void;
  reject: (error: MinimeError) => void;
}

/**
 * A host over SSH, from `connect` to `disconnect`. A connection that breaks is made again, with growing pauses, until it
 * works, the admin has to act (`failed`), or `disconnect` is called. Commands need the state `connected` and are never
 * queued for a connection to come.
 */
export class HostConnection implements RemoteHost {
  readonly label: string;
  readonly #address: HostAddress;
  readonly #deps: HostConnectionDeps;
  readonly #options: HostConnectionOptions;
  readonly #logger: Logger;
  readonly #secrets: Secrets;
  readonly #listeners = new Set<(state: HostState) => void>();
  #state: HostState = { state: 'disconnected', since: Date.now() };
  #life: AbortController | null = null;
  #commands: HostCommands | null = null;
  #waiters: Waiter[] = [];
  #wake: () => void = () => undefined;

  constructor(address: HostAddress, deps: HostConnectionDeps, options: HostConnectionOptions = {}) {
    this.label = address.address;
    this.#address = address;
    this.#deps = deps;
    this.#options = options;
    this.#logger = deps.logger.child({ host: this.label });
    this.#secrets = new Secrets(deps.secretStore, this.#logger);
  }

  get state(): HostState {
    return this.#state;
  }

  /** Calls `listener` on every change from now on. Returns the function that ends that. */
  onState(listener: (state: HostState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves once connected. Rejects with what the try under way failed with; if that was of a kind that may pass
   * (`unreachable`, `timeout`) further tries follow in state `reconnecting`. Called while one is waited for, it is made at
   * once. Aborting `signal` before the connection is there is the same as `disconnect`.
   */
  async connect(options: { signal?: AbortSignal } = {}): Promise<void> {
    if (this.#commands !== null) return;
    if (options.signal?.aborted) throw cancelled(this.label);
    const onAbort = () => this.disconnect();
    options.signal?.addEventListener('abort', onAbort);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiters.push({ resolve, reject });
        if (this.#life === null) this.#begin();
        else this.#wake();
      });
    } finally {
      options.signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends the connection and any tries; what runs on it is given up with `cancelled`. Secrets not stored are forgotten. */
  disconnect(): void {
    this.#life?.abort();
    this.#life = null;
    this.#commands = null;
    this.#secrets.forget();
    if (this.#state.state !== 'disconnected') this.#set({ state: 'disconnected' });
    this.#settle(cancelled(this.label));
  }

  async exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return this.#live().exec(argv, options);
  }

  async run(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return this.#live().run(argv, options);
  }

  async writeFile(
    path: string,
    content: string | Buffer,
    options: { mode: string; signal?: AbortSignal },
  ): Promise<void> {
    return this.#live().writeFile(path, content, options);
  }

  async readFile(
    path: string,
    options?: { signal?: AbortSignal; maxBytes?: number },
  ): Promise<Buffer | null> {
    return this.#live().readFile(path, options);
  }

  async openStream(
    argv: readonly string[],
    preamble: string,
    options?: { signal?: AbortSignal; timeoutMs?: number },
  ): Promise<RemoteStream> {
    return this.#live().openStream(argv, preamble, options);
  }

  #live(): HostCommands {
    if (this.#commands !== null) return this.#commands;
    const { error } = this.#state;
    throw notConnected(this.label, error === undefined ? undefined : new MinimeError(error));
  }

  #begin(): void {
    const life = new AbortController();
    this.#life = life;
    this.#keepConnected(life.signal).catch((error: unknown) => {
      if (!life.signal.aborted) this.#fail(error);
    });
  }

  /** Returns when `signal` aborts; throws what the admin must act on. */
  async #keepConnected(signal: AbortSignal): Promise<void> {
    this.#set({ state: 'connecting' });
    for (let attempt = 1; !signal.aborted; attempt++) {
      const { error, lastedMs } = await this.#connectOnce(signal);
      if (signal.aborted) return;
      if (!isTransient(error)) throw error;
      if (lastedMs > SOUND_AFTER) attempt = 1;
      const wait = backoff(attempt);
      this.#logger.info({ reason: error.info, attempt, wait }, 'not connected; trying again later');
      this.#set({ state: 'reconnecting', error: error.info, attempt, nextAttemptAt: Date.now() + wait });
      this.#settle(error);
      await this.#pause(wait, signal);
      if (!signal.aborted) this.#set({ state: 'reconnecting', error: error.info, attempt });
    }
  }

  /** One connection from its beginning to its end; returns why it ended or did not come about. */
  async #connectOnce(signal: AbortSignal): Promise<{ error: MinimeError; lastedMs: number }> {
    let link: Link | null = null;
    let connectedAt = Infinity;
    try {
      const prompter = this.#prompter();
      const target = await resolveTarget(this.#address, this.#deps.environment ?? systemEnvironment());
      link = await openLink(
        target,
        {
          secrets: this.#secrets,
          prompter,
          logger: this.#logger,
          keepaliveMs: this.#options.keepaliveMs ?? 2_000,
          dialTimeoutMs: this.#options.dialTimeoutMs ?? 10_000,
        },
        signal,
      );
      const { client, lost } = link;
      const context = { client, host: this.label, lost, logger: this.#logger };
      const root = await findRootRights(context, target, this.#secrets, prompter, signal);
      signal.throwIfAborted();
      connectedAt = Date.now();
      const limits = { commands: 8, streams: 1, ...this.#options.limits };
      this.#commands = new HostCommands(this.label, link, root, limits, this.#logger);
      this.#logger.info({ privilege: root.privilege }, 'connected');
      this.#set({ state: 'connected', privilege: root.privilege });
      this.#settle(null);
      throw await ended(lost, signal);
    } catch (error) {
      return { error: this.#asMinimeError(error), lastedMs: Date.now() - connectedAt };
    } finally {
      if (!signal.aborted) this.#commands = null;
      link?.close();
    }
  }

  /** The admin's prompter, with the state telling that it waits for them. */
  #prompter(): Prompter {
    const waiting = async <T>(
      signal: AbortSignal,
      ask: () => Promise<T>,
    ): Promise<T | { kind: 'cancel' }> => {
      const { since: _, ...before } = this.#state;
      this.#set({ state: 'awaiting-admin' });
      const withdrawn = new Promise<{ kind: 'cancel' }>((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'cancel' }), { once: true });
      });
      const answer = await Promise.race([ask(), withdrawn]);
      if (!signal.aborted) this.#set(before);
      return answer;
    };
    const { prompter } = this.#deps;
    return {
      hostKey: (question, signal) => waiting(signal, () => prompter.hostKey(question, signal)),
      secret: (question, signal) => waiting(signal, () => prompter.secret(question, signal)),
    };
  }

  #fail(error: unknown): void {
    const failure =
      error instanceof MinimeError ? error : new MinimeError(toErrorInfo(error, { host: this.label }));
    this.#logger.warn({ reason: failure.info }, 'connection failed');
    this.#life = null;
    this.#set({ state: 'failed', error: failure.info });
    this.#settle(failure);
  }

  #asMinimeError(error: unknown): MinimeError {
    if (error instanceof MinimeError) return error;
    return new MinimeError(toErrorInfo(error, { host: this.label }), { cause: error });
  }

  /** Waits until it is time, `connect` is called, or the life ends. */
  #pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        this.#wake = () => undefined;
        resolve();
      };
      const timer = setTimeout(finish, milliseconds);
      signal.addEventListener('abort', finish);
      this.#wake = finish;
    });
  }

  #settle(error: MinimeError | null): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (error === null) waiter.resolve();
      else waiter.reject(error);
    }
  }

  #set(state: Omit<HostState, 'since'>): void {
    this.#state = { ...state, since: Date.now() };
    for (const listener of [...this.#listeners]) {
      try {
        listener(this.#state);
      } catch (error) {
        this.#logger.error({ err: error }, 'a listener to the connection failed'); // a defect there, not of the host
      }
    }
  }
}

/** Why the connection has ended: by itself, or because the life has. */
function ended(lost: AbortSignal, life: AbortSignal): Promise<MinimeError> {
  const both = AbortSignal.any([lost, life]);
  return new Promise((resolve) => {
    const finish = () => resolve(lost.aborted ? (lost.reason as MinimeError) : cancelled(''));
    if (both.aborted) finish();
    else both.addEventListener('abort', finish);
  });
}
