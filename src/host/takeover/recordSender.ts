import type { FailoverRecord } from '../../contract/failover.ts';
import type { Clock } from '../ports/clock.ts';
import type { Peers } from '../ports/peers.ts';
import { Bell, before, pause } from './patience.ts';

const leastMs = 1000;
const timeoutMs = 5000;

export interface RecordSenderOptions {
  self: string;
  clock: Clock;
  peers: Peers;
  /** Hosts that should have it. */
  members: () => readonly string[];
  save: (record: FailoverRecord) => Promise<void>;
}

/**
 * Brings the growing record to all hosts, at most once a second each, always the newest one. A host that is slow or silent holds
 * up neither the others nor the takeover; it fetches the record when it rejoins.
 */
export class RecordSender {
  readonly #options: RecordSenderOptions;
  readonly #bells = new Map<string, Bell>();
  #latest: FailoverRecord | undefined;
  #closing = false;
  readonly #tasks: Promise<void>[] = [];

  constructor(options: RecordSenderOptions) {
    this.#options = options;
  }

  update(record: FailoverRecord): void {
    this.#latest = record;
    for (const host of [this.#options.self, ...this.#options.members()]) {
      const bell = this.#bells.get(host);
      if (bell !== undefined) {
        bell.ring();
        continue;
      }
      const fresh = new Bell();
      this.#bells.set(host, fresh);
      this.#tasks.push(this.#serve(host, fresh));
    }
  }

  /** Resolves when every host has the last record, or did not take it in time. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const bell of this.#bells.values()) bell.ring();
    await Promise.all(this.#tasks);
  }

  async #serve(host: string, bell: Bell): Promise<void> {
    const { clock } = this.#options;
    let sent: FailoverRecord | undefined;
    for (;;) {
      const record = this.#latest;
      if (record !== undefined && record !== sent) {
        sent = record;
        const delivered = await this.#send(host, record);
        // Tried once more at the end only.
        if (!delivered && !this.#closing) sent = undefined;
        await pause(clock, leastMs, this.#closing ? { woken: Promise.resolve() } : {});
        if (delivered) continue;
      }
      if (this.#closing && sent === this.#latest) return;
      if (!this.#closing) await bell.wait();
    }
  }

  async #send(host: string, record: FailoverRecord): Promise<boolean> {
    const { self, clock, peers, save } = this.#options;
    try {
      const sending =
        host === self ? save(record) : peers.call(host, 'failover.record', { record }, { timeoutMs });
      await before(clock, timeoutMs + 1000, Promise.resolve(sending));
      return true;
    } catch {
      return false;
    }
  }
}
