import {
  type DispatchCallName,
  type DispatchCallParams,
  type DispatchCallResult,
  dispatchCalls,
} from '../../contract/dispatchProtocol.ts';
import { MinimeError, toErrorInfo } from '../../contract/errors.ts';
import type { PeerCallOptions, Peers } from '../../host/ports/peers.ts';
import { sleepOn, type WorldClock } from '../time/worldClock.ts';
import type { Timing } from '../timing.ts';

export interface EmbeddedPeersOptions {
  clock: WorldClock;
  timing: Timing;
  /** The host that asks. */
  from: string;
  /** Whether a message gets through now. */
  reaches: (host: string) => boolean;
  /** Has the host answer, in a program of its own. Never settles if the host dies first. */
  answer: (host: string, name: DispatchCallName, params: unknown) => Promise<unknown>;
  /** What a host asks itself is answered by the program that asks. */
  answerMyself: (name: DispatchCallName, params: unknown) => Promise<unknown>;
}

/** Questions to other hosts, with the ways in which a network fails. What crosses is JSON, checked on both sides. */
export class EmbeddedPeers implements Peers {
  readonly #options: EmbeddedPeersOptions;

  constructor(options: EmbeddedPeersOptions) {
    this.#options = options;
  }

  /** Nothing is to be got ready: a question crosses without a connection. */
  warmUp(): Promise<void> {
    return Promise.resolve();
  }

  call<K extends DispatchCallName>(
    host: string,
    name: K,
    params: DispatchCallParams<K>,
    { timeoutMs, signal }: PeerCallOptions,
  ): Promise<DispatchCallResult<K>> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', cancel);
      };
      const fail = (error: unknown): void => {
        end();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const cancel = (): void =>
        fail(new MinimeError({ kind: 'cancelled', message: `Asking ${host} was cancelled.`, host }));
      const timer = this.#options.clock.after(timeoutMs, () =>
        fail(new MinimeError({ kind: 'timeout', message: `${host} gave no answer in time.`, host })),
      );
      if (signal?.aborted === true) {
        cancel();
        return;
      }
      signal?.addEventListener('abort', cancel, { once: true });
      this.#ask(host, name, params).then((result) => {
        end();
        resolve(result);
      }, fail);
    });
  }

  async #ask<K extends DispatchCallName>(
    host: string,
    name: K,
    params: DispatchCallParams<K>,
  ): Promise<DispatchCallResult<K>> {
    const { from, answer, answerMyself } = this.#options;
    if (host === from) return (await answerMyself(name, params)) as DispatchCallResult<K>;
    const sent: unknown = JSON.parse(JSON.stringify(params));
    await this.#travel(host);
    let answered: { result: unknown } | { error: unknown };
    try {
      const understood = dispatchCalls[name].params.parse(sent);
      answered = { result: await answer(host, name, understood) };
    } catch (error) {
      answered = { error };
    }
    await this.#travel(host);
    if ('error' in answered) throw new MinimeError(toErrorInfo(answered.error, { host }));
    const received: unknown = JSON.parse(JSON.stringify(answered.result));
    return dispatchCalls[name].result.parse(received) as DispatchCallResult<K>;
  }

  /** One way. */
  async #travel(host: string): Promise<void> {
    const { clock, timing, from, reaches } = this.#options;
    await sleepOn(clock, timing.messageMs);
    if (reaches(host)) return;
    await sleepOn(clock, timing.connectTimeoutMs);
    throw new MinimeError({
      kind: 'unreachable',
      message: `${host} does not answer.`,
      host,
      cause: `No connection from ${from} to ${host}.`,
      remedy: `Check that ${host} is on and reachable over the heartbeat networks.`,
    });
  }
}
