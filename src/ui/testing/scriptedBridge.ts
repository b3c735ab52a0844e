import type {
  CallInput,
  CallOutput,
  ConsoleBridge,
  ConsoleCallName,
  ConsoleEvent,
  ConsoleEventData,
  ConsoleEventName,
  Snapshot,
} from '../../contract/consoleApi.ts';
import { toErrorInfo } from '../../contract/errors.ts';

export type Handlers = {
  [K in ConsoleCallName]?: (
    input: CallInput<K>,
    bridge: ScriptedBridge,
  ) => CallOutput<K> | Promise<CallOutput<K>>;
};

/** A core that does only what a test tells it: for tests of screens and for looking at them. Never in the product. */
export class ScriptedBridge implements ConsoleBridge {
  readonly calls: { name: ConsoleCallName; input: unknown }[] = [];
  readonly #snapshot: Snapshot;
  readonly #handlers: Handlers;
  readonly #events = new Set<(event: ConsoleEvent) => void>();
  readonly #links = new Set<(connected: boolean) => void>();
  #sequence: number;

  constructor(snapshot: Snapshot, handlers: Handlers = {}) {
    this.#snapshot = snapshot;
    this.#handlers = handlers;
    this.#sequence = snapshot.sequence;
  }

  call: ConsoleBridge['call'] = async (name, input) => {
    this.calls.push({ name, input });
    if (name === 'snapshot') return { ok: true, value: this.#snapshot as never };
    const handler = this.#handlers[name];
    if (handler === undefined) {
      return { ok: false, error: { kind: 'unsupported', message: `The script does not answer ${name}.` } };
    }
    try {
      return { ok: true, value: await handler(input, this) };
    } catch (thrown) {
      return { ok: false, error: toErrorInfo(thrown) };
    }
  };

  onEvent: ConsoleBridge['onEvent'] = (listener) => {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  };

  onLink: ConsoleBridge['onLink'] = (listener) => {
    this.#links.add(listener);
    return () => this.#links.delete(listener);
  };

  emit<K extends ConsoleEventName>(name: K, data: ConsoleEventData<K>): void {
    this.#sequence += 1;
    const event = { sequence: this.#sequence, name, data } as ConsoleEvent;
    for (const listener of this.#events) listener(event);
  }

  setLink(connected: boolean): void {
    for (const listener of this.#links) listener(connected);
  }
}
