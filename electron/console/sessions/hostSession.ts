import type { Logger } from 'pino';
import type { HostView } from '../../../src/contract/consoleApi.ts';
import { MinimeError, toErrorInfo } from '../../../src/contract/errors.ts';
import { type SectionName, type Sections, sectionNames } from '../../../src/contract/hostState.ts';
import type { Connection, HostEntry } from '../../../src/contract/inventory.ts';
import type { Clock } from '../clock.ts';
import type { RemoteHost } from '../ssh/remoteHost.ts';
import type { HostState } from '../ssh/state.ts';
import type { HostLink } from './hostLink.ts';
import { type OpenedVmcl, openVmcl } from './openVmcl.ts';
import { createSectionStore } from './sectionStore.ts';
import type { VmclClient } from './vmclClient.ts';

/** Waiting times before vmcl is started again on a connection that stands, in milliseconds. */
const RESTART_MS = [1_000, 2_000, 5_000, 10_000, 30_000];
/** vmcl sends its load every few seconds; after this silence it is asked, and given up if it does not answer. */
const SILENCE_MS = 15_000;
const ANSWER_MS = 10_000;

/** Where a session announces what has changed. */
export interface SessionEvents {
  onConnection: (connection: Connection, lastHeardAt: number | null) => void;
  onSection: (name: SectionName, at: number, data: Sections[SectionName]) => void;
}

/** One host of the inventory: its connection, its `vmcl serve`, and what it last told. */
export interface HostSession {
  view(): HostView;
  connect(): void;
  disconnect(): void;
  /** Looks for vmcl again, for after deployment changed it. The one that serves answers until then. */
  refresh(): void;
  /** Throws a MinimeError unless there is a connection. */
  remote(): RemoteHost;
  remoteIfConnected(): RemoteHost | null;
  /** Throws a MinimeError unless online. */
  vmcl(): VmclClient;
}

export interface HostSessionOptions {
  entry: HostEntry;
  link: HostLink;
  consoleVersion: string;
  events: SessionEvents;
  clock: Clock;
  logger: Logger;
}

export function createHostSession(options: HostSessionOptions): HostSession {
  return new Session(options);
}

class Session implements HostSession {
  readonly #options: HostSessionOptions;
  readonly #link: HostLink;
  readonly #sections;
  #connection: Connection;
  #lastHeardAt: number | null = null;
  /** What answers calls, and what ends its stream and the watch over it. It goes on while its successor is sought. */
  #serving: { vmcl: OpenedVmcl; life: AbortController } | null = null;
  /** Ends the present try to reach vmcl, or the wait before the next one. */
  #attempt = new AbortController();
  #failures = 0;

  constructor(options: HostSessionOptions) {
    this.#options = options;
    this.#sections = createSectionStore(options.entry.address);
    this.#connection = { state: 'disconnected', since: options.clock.now() };
    this.#link = options.link;
    this.#link.onState((state) => this.#onLink(state));
  }

  view(): HostView {
    return {
      entry: this.#options.entry,
      connection: this.#connection,
      lastHeardAt: this.#lastHeardAt,
      sections: this.#sections.all(),
    };
  }

  connect(): void {
    const { state, privilege } = this.#link.state;
    // Whether there are root rights by now is found out at login only.
    if (privilege === 'none') this.#link.disconnect();
    else if (state === 'connected') return this.refresh();
    // What it rejects with is shown by the state.
    this.#link.connect().catch(() => undefined);
  }

  disconnect(): void {
    this.#endVmcl();
    this.#link.disconnect();
  }

  refresh(): void {
    if (this.#link.state.state !== 'connected') return;
    this.#failures = 0;
    void this.#startVmcl();
  }

  remote(): RemoteHost {
    const remote = this.remoteIfConnected();
    if (remote === null) throw this.#notReachable();
    return remote;
  }

  remoteIfConnected(): RemoteHost | null {
    return this.#link.state.state === 'connected' ? this.#link : null;
  }

  vmcl(): VmclClient {
    if (this.#serving === null || this.#connection.state !== 'online') throw this.#notReachable();
    return this.#serving.vmcl.client;
  }

  #notReachable(): MinimeError {
    const { address } = this.#options.entry;
    const { error, state } = this.#connection;
    return new MinimeError({
      kind: 'unreachable',
      host: address,
      message:
        state === 'bare'
          ? `The host program is not installed on ${address}.`
          : `${address} is not connected.`,
      ...(error === undefined ? {} : { cause: error.message }),
      remedy: state === 'bare' ? 'Deploy it first.' : 'Connect to it, then try again.',
    });
  }

  #onLink(link: HostState): void {
    const { state, since: _, ...rest } = link;
    if (state === 'connected') {
      this.#failures = 0;
      void this.#startVmcl();
      return;
    }
    this.#endVmcl();
    this.#show({ ...rest, state });
  }

  /** From a standing connection to bare, version-mismatch, online, or another try later. */
  async #startVmcl(): Promise<void> {
    this.#attempt.abort();
    const attempt = new AbortController();
    this.#attempt = attempt;
    const { signal } = attempt;
    const { entry, consoleVersion } = this.#options;
    if (this.#link.state.privilege === 'none') {
      this.#endVmcl();
      this.#show({ state: 'failed', error: noRootRights(entry) });
      return;
    }
    /** Pushed before the answer to the subscription was handled, so newer than it. */
    const pushed = new Set<SectionName>();
    try {
      const found = await openVmcl(this.#link, consoleVersion, signal, {
        onHeard: () => this.#heard(),
        onSection: ({ section, data }) => {
          pushed.add(section);
          this.#section(section, data);
        },
        onBroken: (error) => {
          if (!signal.aborted) this.#broken(error);
        },
      });
      if (signal.aborted) {
        if (found.kind === 'serving') found.vmcl.close();
        return;
      }
      switch (found.kind) {
        case 'absent':
          this.#endVmcl();
          this.#sections.clear();
          this.#lastHeardAt = null;
          this.#show({ state: 'bare' });
          return;
        case 'other-protocol':
          this.#endVmcl();
          this.#show({
            state: 'version-mismatch',
            error: found.error,
            ...(found.version === null ? {} : { vmclVersion: found.version }),
          });
          return;
        case 'serving':
          for (const name of sectionNames) {
            if (!pushed.has(name) && name in found.vmcl.status.sections) {
              this.#section(name, found.vmcl.status.sections[name]);
            }
            const error = found.vmcl.status.errors.find(({ subject }) => subject === name);
            if (error !== undefined && !pushed.has(name)) this.#sections.missing(name, error);
          }
          this.#online(found.vmcl, attempt);
          return;
      }
    } catch (thrown) {
      if (signal.aborted) return;
      this.#broken(thrown);
    }
  }

  #online(vmcl: OpenedVmcl, life: AbortController): void {
    this.#endServing();
    this.#serving = { vmcl, life };
    // The next attempt ends this one, and its stream lives as long as the signal it was opened with.
    this.#attempt = new AbortController();
    this.#failures = 0;
    this.#show({ state: 'online', vmclVersion: vmcl.version });
    this.#watch(vmcl, life.signal);
  }

  #section(name: SectionName, data: unknown): void {
    const problemsBefore = this.#sections.problems().length;
    const accepted = this.#sections.accept(name, data);
    if (accepted !== null) this.#options.events.onSection(name, this.#options.clock.now(), accepted);
    if (this.#sections.problems().length !== problemsBefore && this.#connection.state === 'online') {
      const { since: _, problems: __, ...same } = this.#connection;
      this.#show(same);
    }
  }

  #heard(): void {
    this.#lastHeardAt = this.#options.clock.now();
  }

  /** A process that hangs on a connection that stands would otherwise look fine for ever. */
  #watch(vmcl: OpenedVmcl, signal: AbortSignal): void {
    const timer = setInterval(() => {
      if (this.#options.clock.now() - (this.#lastHeardAt ?? 0) < SILENCE_MS) return;
      vmcl.ping(ANSWER_MS).catch((error: unknown) => {
        if (!signal.aborted) this.#broken(error);
      });
    }, SILENCE_MS);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  /** vmcl is gone or unusable while the connection stands: shown at once, tried again with growing pauses. */
  #broken(thrown: unknown): void {
    const { entry, clock, logger } = this.#options;
    const error = toErrorInfo(thrown, { host: entry.address });
    if (error.kind === 'internal') logger.error({ host: entry.address, err: thrown }, 'session failed');
    this.#endVmcl();
    if (this.#link.state.state !== 'connected') return;
    const wait = RESTART_MS[Math.min(this.#failures, RESTART_MS.length - 1)] ?? 0;
    this.#failures += 1;
    this.#show({
      state: 'reconnecting',
      error,
      attempt: this.#failures,
      nextAttemptAt: clock.now() + wait,
    });
    const timer = setTimeout(() => void this.#startVmcl(), wait);
    this.#attempt.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  #endVmcl(): void {
    this.#attempt.abort();
    this.#attempt = new AbortController();
    this.#endServing();
  }

  #endServing(): void {
    this.#serving?.life.abort();
    this.#serving?.vmcl.close();
    this.#serving = null;
  }

  #show(next: Omit<Connection, 'since' | 'problems' | 'privilege'>): void {
    const { clock, events } = this.#options;
    const problems = this.#sections.problems();
    const { privilege } = this.#link.state;
    const since = next.state === this.#connection.state ? this.#connection.since : clock.now();
    this.#connection = {
      ...next,
      since,
      ...(privilege === undefined ? {} : { privilege }),
      ...(problems.length === 0 ? {} : { problems }),
    };
    events.onConnection(this.#connection, this.#lastHeardAt);
  }
}

function noRootRights(entry: HostEntry) {
  return {
    kind: 'not-permitted' as const,
    host: entry.address,
    message: `The user that Minime logs in with has no root rights on ${entry.address}.`,
    remedy: 'Give this user sudo rights, or connect as another user.',
  };
}
