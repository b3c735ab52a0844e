import type {
  DispatchCallName,
  DispatchCallParams,
  DispatchCallResult,
} from '../../contract/dispatchProtocol.ts';
import { MinimeError } from '../../contract/errors.ts';
import type { HostConfig } from '../../contract/manifest.ts';
import type { Clock } from '../ports/clock.ts';
import type { PeerCallOptions, Peers } from '../ports/peers.ts';
import { noAnswer, PeerConnection } from './peerConnection.ts';
import { type OpenTransport, sshCommand } from './ssh.ts';
import { withinClock } from './withinClock.ts';

/** An address that has not answered by then gets company of the next one; the first that answers is taken. */
const nextAddressAfterMs = 500;
/** A host whose sshd answers but whose vmcl does not is given up, and tried anew at the next call. */
const openingMs = 30_000;

export interface SshPeersOptions {
  config: () => Promise<HostConfig | undefined>;
  clock: Clock;
  open: OpenTransport;
  /** Answers calls that this host puts to itself. */
  local: Peers['call'];
}

/** The other hosts over SSH, with one connection to each for as long as this process lives. */
export class SshPeers implements Peers {
  readonly #options: SshPeersOptions;
  readonly #connections = new Map<string, Promise<PeerConnection>>();

  constructor(options: SshPeersOptions) {
    this.#options = options;
  }

  async call<K extends DispatchCallName>(
    host: string,
    name: K,
    params: DispatchCallParams<K>,
    options: PeerCallOptions,
  ): Promise<DispatchCallResult<K>> {
    const config = await this.#options.config();
    if (config?.nodeName === host) return await this.#options.local(host, name, params, options);
    const { signal, timeoutMs } = options;
    const end = new AbortController();
    const cancelled = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(cancelledCall(host, name)), {
        once: true,
        signal: end.signal,
      });
    });
    if (signal?.aborted === true) throw cancelledCall(host, name);
    const work = this.#connectionTo(host, config).then((connection) =>
      connection.request(name, params, end.signal),
    );
    try {
      const message = `${host} has not answered ${name} within ${timeoutMs / 1000} s.`;
      return await withinClock(this.#options.clock, Promise.race([work, cancelled]), timeoutMs, message);
    } finally {
      end.abort();
      work.catch(() => undefined);
      cancelled.catch(() => undefined);
    }
  }

  async warmUp(): Promise<void> {
    const config = await this.#options.config();
    const others = Object.keys(config?.dispatch?.hosts ?? {}).filter((host) => host !== config?.nodeName);
    await Promise.allSettled(others.map((host) => this.#connectionTo(host, config)));
  }

  /** Ends all connections; what was asked for is then rejected. */
  async close(): Promise<void> {
    for (const connection of this.#connections.values())
      await connection.then(
        (open) => open.close(),
        () => undefined,
      );
  }

  #connectionTo(host: string, config: HostConfig | undefined): Promise<PeerConnection> {
    const known = this.#connections.get(host);
    if (known !== undefined) return known;
    const opening = this.#open(host, config);
    const forget = (): void => {
      if (this.#connections.get(host) === opening) this.#connections.delete(host);
    };
    this.#connections.set(host, opening);
    opening.then((connection) => connection.broken.then(forget), forget);
    return opening;
  }

  async #open(host: string, config: HostConfig | undefined): Promise<PeerConnection> {
    const { open, clock } = this.#options;
    const addresses = config?.dispatch?.hosts[host] ?? [];
    const port = config?.dispatch?.port;
    const own = config?.dispatch?.hosts[config.nodeName] ?? [];
    if (port === undefined || addresses.length === 0) {
      throw noAnswer(
        host,
        'This host does not know how to ask it: the cluster was deployed by an older Minime.',
      );
    }
    return await firstToAnswer(
      addresses.map((address, link) => async () => {
        const transport = open(sshCommand(host, address, port, own[link]));
        try {
          return await withinClock(clock, PeerConnection.open(host, transport), openingMs);
        } catch (error) {
          transport.stop();
          throw error;
        }
      }),
      clock,
    );
  }
}

/** Later ones begin when those before them failed, or take their time. Of several that succeed one is kept. */
export async function firstToAnswer<T extends { close(): void }>(
  attempts: readonly (() => Promise<T>)[],
  clock: Clock,
): Promise<T> {
  let winner: T | undefined;
  const running: Promise<T>[] = [];
  const end = new AbortController();
  for (const [index, attempt] of attempts.entries()) {
    const failed = running.at(-1)?.catch(() => undefined);
    const late = clock.sleep(index * nextAddressAfterMs, end.signal).catch(() => undefined);
    const turn = failed === undefined ? Promise.resolve() : Promise.race([failed, late]);
    const result = turn.then(async () => {
      if (winner !== undefined) return winner;
      const opened = await attempt();
      if (winner !== undefined) opened.close();
      winner ??= opened;
      return winner;
    });
    running.push(result);
  }
  try {
    await Promise.any(running);
  } catch (error) {
    throw (error as AggregateError).errors.find((each) => each instanceof MinimeError) ?? error;
  } finally {
    end.abort();
  }
  if (winner === undefined) throw new Error('unreachable: one attempt has succeeded');
  return winner;
}

const cancelledCall = (host: string, name: string): MinimeError =>
  new MinimeError({ kind: 'cancelled', host, message: `Asking ${host} for ${name} was cancelled.` });
