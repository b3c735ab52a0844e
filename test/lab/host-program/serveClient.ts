import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { HostConnection } from '../../../electron/console/ssh/hostConnection.ts';
import type { RemoteStream } from '../../../electron/console/ssh/remoteHost.ts';
import {
  type HostCallName,
  type HostCallParams,
  type HostCallResult,
  hostCalls,
  hostEvents,
  SERVE_PREAMBLE,
} from '../../../src/contract/hostProtocol.ts';
import { type SectionName, type Sections, sectionSchemas } from '../../../src/contract/hostState.ts';
import { hostPaths } from '../../../src/contract/manifest.ts';

export type Seen = { [K in SectionName]?: Sections[K] };

/** A console reduced to its protocol: `vmcl serve` on a host, over the console's own SSH connection. */
export class ServeClient {
  /** The newest of each section, pushed or answered. */
  readonly seen: Seen = {};
  readonly #remote: RemoteStream;
  readonly #connection: MessageConnection;
  readonly #waiting = new Set<() => void>();

  private constructor(remote: RemoteStream) {
    this.#remote = remote;
    this.#connection = createMessageConnection(
      new StreamMessageReader(remote.stream),
      new StreamMessageWriter(remote.stream),
    );
    this.#connection.onNotification('section', (params: unknown) => {
      const { section, data } = hostEvents.section.parse(params);
      Object.assign(this.seen, { [section]: sectionSchemas[section].parse(data) });
      for (const wake of this.#waiting) wake();
    });
    this.#connection.listen();
  }

  static async open(host: HostConnection): Promise<ServeClient> {
    return new ServeClient(await host.openStream([hostPaths.command, 'serve'], SERVE_PREAMBLE));
  }

  async call<K extends HostCallName>(name: K, params: HostCallParams<K>): Promise<HostCallResult<K>> {
    const answer: unknown = await this.#connection.sendRequest(name, params);
    return hostCalls[name].result.parse(answer) as HostCallResult<K>;
  }

  /** What a call that must fail was refused with. */
  async errorOf<K extends HostCallName>(name: K, params: HostCallParams<K>): Promise<unknown> {
    return await this.call(name, params).then(
      () => 'no error',
      (error: { data?: unknown }) => error.data,
    );
  }

  /** Follows the host; `seen` is complete when it resolves. */
  async subscribe(): Promise<void> {
    const { sections } = await this.call('subscribe', {});
    // What was pushed in the meantime is newer.
    Object.assign(this.seen, { ...sections, ...this.seen });
  }

  /** Milliseconds until what the host told fits; rejects after `timeoutMs`. */
  async until(what: string, fits: (seen: Seen) => boolean, timeoutMs = 120_000): Promise<number> {
    const started = performance.now();
    const passed = (): number => performance.now() - started;
    while (!fits(this.seen)) {
      if (passed() > timeoutMs) {
        throw new Error(`the host did not tell within ${timeoutMs / 1000} s: ${what}`);
      }
      await this.#news(timeoutMs - passed());
    }
    return Math.round(passed());
  }

  close(): void {
    this.#connection.dispose();
    this.#remote.close();
  }

  #news(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, timeoutMs) + 1);
      this.#waiting.add(wake);
    });
  }
}
