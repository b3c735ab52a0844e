import { pino } from 'pino';
import type { HostAddress } from '../../../../src/contract/inventory.ts';
import type {
  HostKeyAnswer,
  HostKeyQuestion,
  Prompter,
  SecretAnswer,
  SecretQuestion,
  SecretStore,
} from '../auth/prompter.ts';
import { HostConnection, type HostConnectionOptions } from '../hostConnection.ts';
import type { TestHome } from './users.ts';

/** An answer, several to one question, or null for cancel. */
type Secret = string | string[] | null;

/** The admin: accepts or refuses host keys, and answers questions for secrets from a list per purpose. */
export class ScriptedAdmin implements Prompter {
  readonly hostKeys: HostKeyQuestion[] = [];
  readonly questions: SecretQuestion[] = [];
  acceptHostKeys = true;
  remember = false;
  /** Never answers; for cancellation. */
  silent = false;
  readonly #answers: Partial<Record<SecretQuestion['purpose'], Secret[]>>;

  constructor(answers: Partial<Record<SecretQuestion['purpose'], Secret[]>> = {}) {
    this.#answers = answers;
  }

  /** All secrets it could answer with, long enough to be looked for. */
  secrets(): string[] {
    return Object.values(this.#answers)
      .flat(2)
      .filter((secret) => secret !== null && secret !== undefined && secret.length > 5) as string[];
  }

  async hostKey(question: HostKeyQuestion, signal: AbortSignal): Promise<HostKeyAnswer> {
    this.hostKeys.push(question);
    if (this.silent) return aborted(signal);
    return { kind: 'host-key', accept: this.acceptHostKeys };
  }

  async secret(question: SecretQuestion, signal: AbortSignal): Promise<SecretAnswer> {
    this.questions.push(question);
    if (this.silent) return aborted(signal);
    const answer = this.#answers[question.purpose]?.shift();
    if (answer === undefined || answer === null) return { kind: 'cancel' };
    return { kind: 'secret', answers: [answer].flat(), remember: this.remember };
  }
}

function aborted(signal: AbortSignal): Promise<{ kind: 'cancel' }> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'cancel' })));
}

export class MapStore implements SecretStore {
  readonly values = new Map<string, string>();

  async get(name: string): Promise<string | null> {
    return this.values.get(name) ?? null;
  }
  async set(name: string, secret: string): Promise<void> {
    this.values.set(name, secret);
  }
  async delete(name: string): Promise<void> {
    this.values.delete(name);
  }
}

/** What one console process has, and the log it writes. */
export class TestConsole {
  readonly store = new MapStore();
  /** Everything ever answered to a question for a secret. */
  readonly secrets: string[] = [];
  readonly #home: TestHome;
  readonly #open: HostConnection[] = [];
  log = '';

  constructor(home: TestHome) {
    this.#home = home;
  }

  host(
    address: HostAddress,
    admin: Prompter = new ScriptedAdmin(),
    options: HostConnectionOptions & { agent?: string } = {},
  ): HostConnection {
    const logger = pino({ level: 'trace' }, { write: (line: string) => (this.log += line) });
    if (admin instanceof ScriptedAdmin) this.secrets.push(...admin.secrets());
    const environment = {
      home: this.#home.path,
      localUser: 'nobody',
      agent: options.agent ?? null,
      systemFolder: '/nonexistent',
    };
    const host = new HostConnection(
      address,
      { prompter: admin, secretStore: this.store, logger, environment },
      options,
    );
    this.#open.push(host);
    return host;
  }

  close(): void {
    for (const host of this.#open.splice(0)) host.disconnect();
  }
}
