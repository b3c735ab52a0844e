import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import type {
  CallInput,
  CallOutput,
  CallResult,
  ConsoleCallName,
  ConsoleEvent,
  HostView,
} from '../../../src/contract/consoleApi.ts';
import { MinimeError } from '../../../src/contract/errors.ts';
import type { ConnectionState, Prompt, PromptAnswer } from '../../../src/contract/inventory.ts';
import { type ConsoleCore, type ConsoleCoreOptions, createConsoleCore } from '../core.ts';
import { memorySecrets } from '../secrets/memorySecrets.ts';

/** Answers the next prompts of one kind or purpose; none left: the prompt stays open. */
export type Answers = Partial<Record<'host-key' | 'password' | 'sudo' | 'passphrase', PromptAnswer[]>>;

export const secret = (text: string, remember = false): PromptAnswer => ({
  kind: 'secret',
  answers: [text],
  remember,
});
export const acceptKey: PromptAnswer = { kind: 'host-key', accept: true };

/** The real core as a renderer sees it, with everything that leaves it kept for the test to look at. */
export class TestCore {
  readonly events: ConsoleEvent[] = [];
  readonly results: unknown[] = [];
  readonly answers: Answers = {};
  log = '';
  readonly #core: ConsoleCore;
  readonly #dataFolder: string;
  readonly #waiting = new Set<() => void>();

  private constructor(core: ConsoleCore, dataFolder: string) {
    this.#core = core;
    this.#dataFolder = dataFolder;
    core.onEvent((event) => {
      this.events.push(event);
      if (event.name === 'prompt.opened') void this.#answer(event.data);
      for (const check of this.#waiting) check();
    });
  }

  static async start(
    options: Pick<ConsoleCoreOptions, 'dataFolder'> & Partial<ConsoleCoreOptions>,
  ): Promise<TestCore> {
    let log = (_line: string): void => undefined;
    const core = await createConsoleCore({
      shell: 'web',
      version: '0.1.0',
      secretStorage: memorySecrets(),
      resources: { hostProgram: '/nonexistent', hostFiles: '/nonexistent', embeddedProgram: '/nonexistent' },
      logger: pino({ level: 'trace' }, { write: (line: string) => log(line) }),
      checkOutputs: true,
      ...options,
    });
    const test = new TestCore(core, options.dataFolder);
    log = (line) => {
      test.log += line;
    };
    return test;
  }

  async try<K extends ConsoleCallName>(name: K, input: CallInput<K>): Promise<CallResult<CallOutput<K>>> {
    const result = await this.#core.call(name, input);
    this.results.push(result);
    return result as CallResult<CallOutput<K>>;
  }

  /** Rejects with the error that the call answered. */
  async call<K extends ConsoleCallName>(name: K, input: CallInput<K>): Promise<CallOutput<K>> {
    const result = await this.try(name, input);
    if (!result.ok) throw new MinimeError(result.error);
    return result.value;
  }

  async host(hostId: string): Promise<HostView> {
    const { hosts } = await this.call('snapshot', {});
    const view = hosts.find((host) => host.entry.id === hostId);
    if (view === undefined) throw new Error(`no host ${hostId}`);
    return view;
  }

  /** Waits until the host is in that state; fails with the states it went through. */
  async reached(hostId: string, state: ConnectionState, timeoutMs = 20_000): Promise<HostView> {
    let view = await this.host(hostId);
    await this.until(
      async () => {
        view = await this.host(hostId);
        return view.connection.state === state;
      },
      () =>
        `${hostId} to be ${state}; it is ${JSON.stringify(view.connection)}, asked: ${JSON.stringify(this.#asked())}`,
      timeoutMs,
    );
    return view;
  }

  /** Checks after every event until the condition holds. */
  async until(
    condition: () => boolean | Promise<boolean>,
    what: () => string,
    timeoutMs = 20_000,
  ): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`waited in vain for ${what()}`);
      await new Promise<void>((resolve) => {
        const go = () => {
          clearTimeout(timer);
          this.#waiting.delete(go);
          resolve();
        };
        const timer = setTimeout(go, 500);
        this.#waiting.add(go);
      });
    }
  }

  /** Everything that left the core or was written down: answers, events, log, data folder. */
  async everythingOutside(): Promise<string> {
    const files = await readdir(this.#dataFolder, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
    );
    return [JSON.stringify(this.events), JSON.stringify(this.results), this.log, ...texts].join('\n');
  }

  #asked(): Prompt[] {
    return this.events.flatMap((event) => (event.name === 'prompt.opened' ? [event.data] : []));
  }

  stop(): Promise<void> {
    return this.#core.dispose();
  }

  async #answer(prompt: Prompt): Promise<void> {
    const kind = prompt.kind === 'host-key' ? 'host-key' : prompt.purpose;
    const answer = this.answers[kind as keyof Answers]?.shift();
    if (answer !== undefined) await this.try('prompts.answer', { promptId: prompt.id, answer });
  }
}
