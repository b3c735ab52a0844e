import type { Logger } from 'pino';
import type ssh2 from 'ssh2';
import { MinimeError } from '../../../../src/contract/errors.ts';
import { cancelled } from '../errors.ts';
import type { SshTarget } from '../target.ts';
import { SingleKeyAgent } from './agent.ts';
import { type KeyCandidate, keyCandidates } from './keys.ts';
import type { Prompter, SecretQuestion } from './prompter.ts';
import { MAX_ASKS, type Secrets, secretName } from './secrets.ts';

/** What a login in progress lets the authenticator do to it. */
export interface LoginControls {
  /** Suspends the handshake's time limit while something depends on a person. */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  fail(error: unknown): void;
}

interface KeyboardPrompt {
  prompt: string;
  echo?: boolean;
}

/**
 * Decides what to log in with next. It outlives a single connection: a server that breaks off (MaxAuthTries reached,
 * LoginGraceTime over while the admin was typing) is connected to again, and it goes on where it was.
 *
 * Order as in ssh: keys, keyboard-interactive, password. The admin is asked at most three times for the login.
 */
export class Authenticator {
  readonly #target: SshTarget;
  readonly #secrets: Secrets;
  readonly #prompter: Prompter;
  readonly #logger: Logger;
  readonly #signal: AbortSignal;
  readonly #passwordName: string;

  #keys: Promise<{ candidates: KeyCandidate[]; unusable: string[] }> | null = null;
  #nextKey = 0;
  #asks = 0;
  #problem: string | undefined;
  /** The password is part of the attempt that the server has not answered yet. */
  #passwordOffered = false;
  /** Questions in the keyboard-interactive attempt under way; null: there is none. */
  #keyboardQuestions: number | null = null;
  #keyboardUseless = false;
  /** The server accepted the key of the last attempt, and a signature was sent. */
  #signed = false;
  #accepted: readonly string[] = [];
  readonly #tried: string[] = [];
  readonly #passphrases = new Set<string>();

  constructor(
    target: SshTarget,
    deps: { secrets: Secrets; prompter: Prompter; logger: Logger },
    signal: AbortSignal,
  ) {
    this.#target = target;
    this.#secrets = deps.secrets;
    this.#prompter = deps.prompter;
    this.#logger = deps.logger;
    this.#signal = signal;
    this.#passwordName = secretName.password(target.user, target.hostname, target.port);
  }

  /** Grows with everything tried or asked: without growth, connecting once more is pointless. */
  get progress(): number {
    return this.#tried.length + this.#asks;
  }

  /** `methods` null: the server has not said yet what it accepts. Null: nothing is left to try. */
  async next(
    methods: readonly string[] | null,
    partial: boolean,
    login: LoginControls,
  ): Promise<ssh2.AnyAuthMethod | null> {
    // After an agent key that was one factor of several, ssh2 hands on the methods from before it (client.js,
    // USERAUTH_FAILURE): the server is asked for them again.
    if (methods === null || this.#signed) {
      this.#signed = false;
      return { type: 'none', username: this.#target.user };
    }
    this.#accepted = methods;
    await this.#judgeLastAttempt(partial);
    if (methods.includes('publickey')) {
      const key = await this.#keyAttempt(login);
      if (key !== null) return key;
    }
    const mayAnswer = this.#asks < MAX_ASKS || (await this.#secrets.known(this.#passwordName)) !== null;
    if (mayAnswer && methods.includes('keyboard-interactive') && !this.#keyboardUseless) {
      return this.#keyboardAttempt(login);
    }
    if (mayAnswer && methods.includes('password')) return this.#passwordAttempt(login);
    return null;
  }

  /** To be called before logging in on another connection; `refused`: the server's last word was no. */
  async startAgain(refused: boolean): Promise<void> {
    if (refused) await this.#judgeLastAttempt(false);
    this.#passwordOffered = false;
    this.#keyboardQuestions = null;
    this.#signed = false;
  }

  /** To be called once logged in: keeps what proved right. */
  async succeeded(): Promise<void> {
    if (this.#passwordOffered) await this.#secrets.confirm(this.#passwordName);
    for (const name of this.#passphrases) await this.#secrets.confirm(name);
  }

  /** Why logging in failed, after `next` has returned null. */
  async failure(): Promise<MinimeError> {
    const { user, label } = this.#target;
    const unusable = (await this.#keys)?.unusable ?? [];
    const tried =
      this.#tried.length === 0 ? 'nothing, since no key or password was at hand' : counted(this.#tried);
    return new MinimeError({
      kind: 'auth-failed',
      host: label,
      message: `${label} refused to log ${user} in.`,
      cause: `Tried: ${tried}. The host accepts: ${this.#accepted.join(', ') || 'nothing'}.`,
      remedy: this.#accepted.includes('password')
        ? 'Check the user name and the password, or install a public key on the host (ssh-copy-id).'
        : "Add your public key to the user's ~/.ssh/authorized_keys on the host, or choose the right key file.",
      ...(unusable.length === 0 ? {} : { details: unusable.join('\n') }),
    });
  }

  /** A server answers a refused attempt, or a factor that is not the last, by asking for the next one. */
  async #judgeLastAttempt(partial: boolean): Promise<void> {
    if (this.#keyboardQuestions === 0) this.#keyboardUseless = true;
    this.#keyboardQuestions = null;
    if (partial || !this.#passwordOffered) return;
    this.#passwordOffered = false;
    this.#problem = 'The host did not accept this password.';
    await this.#secrets.reject(this.#passwordName);
  }

  async #keyAttempt(login: LoginControls): Promise<ssh2.AnyAuthMethod | null> {
    this.#keys ??= keyCandidates(this.#target, (path, decrypt) => this.#unlock(path, decrypt), this.#logger);
    const { candidates } = await this.#keys;
    for (;;) {
      const candidate = candidates[this.#nextKey++];
      if (candidate === undefined) return null;
      const publicKey = await login.patiently(candidate.publicKey);
      this.#tried.push(candidate.label);
      if (publicKey === null) continue;
      const sign = async (data: Buffer, hash: string | undefined) => {
        try {
          const signature = await login.patiently(() => candidate.sign(data, hash));
          this.#signed = true;
          return signature;
        } catch (error) {
          if (error instanceof MinimeError) login.fail(error);
          throw error;
        }
      };
      return { type: 'agent', username: this.#target.user, agent: new SingleKeyAgent(publicKey, sign) };
    }
  }

  async #passwordAttempt(login: LoginControls): Promise<ssh2.AnyAuthMethod> {
    const password = await login.patiently(() => this.#password('Password:'));
    this.#tried.push('password');
    return { type: 'password', username: this.#target.user, password };
  }

  #keyboardAttempt(login: LoginControls): ssh2.AnyAuthMethod {
    this.#tried.push('keyboard-interactive');
    this.#keyboardQuestions = 0;
    return {
      type: 'keyboard-interactive',
      username: this.#target.user,
      prompt: (name, instructions, _language, prompts, finish) => {
        this.#keyboardQuestions = (this.#keyboardQuestions ?? 0) + prompts.length;
        const heading = [name, instructions].filter((text) => text.trim() !== '').join('\n');
        login
          .patiently(() => this.#answerKeyboard(heading, prompts))
          .then(finish, (error) => login.fail(error));
      },
    };
  }

  async #answerKeyboard(heading: string, prompts: readonly KeyboardPrompt[]): Promise<string[]> {
    const [first] = prompts;
    if (
      prompts.length === 1 &&
      first !== undefined &&
      first.echo !== true &&
      isPasswordPrompt(first.prompt)
    ) {
      return [await this.#password(first.prompt)];
    }
    this.#asks += 1;
    const answer = await this.#prompter.secret(
      {
        ...this.#question('keyboard-interactive'),
        questions: prompts.map(({ prompt, echo }, index) => ({
          text: index === 0 && heading !== '' ? `${heading}\n${prompt}` : prompt,
          echo: echo === true,
        })),
      },
      this.#signal,
    );
    if (this.#signal.aborted || answer.kind === 'cancel') throw cancelled(this.#target.label);
    this.#problem = 'The host did not accept these answers.';
    return prompts.map((_, index) => answer.answers[index] ?? '');
  }

  async #password(text: string): Promise<string> {
    const known = await this.#secrets.known(this.#passwordName);
    this.#passwordOffered = true;
    if (known !== null) return known;
    this.#asks += 1;
    const question = { ...this.#question('password'), questions: [{ text, echo: false }], canRemember: true };
    return this.#secrets.ask(this.#passwordName, this.#prompter, question, this.#signal);
  }

  /** An empty passphrase leaves the key out, as in ssh; so do three wrong ones. */
  async #unlock(
    path: string,
    decrypt: (passphrase: string) => ssh2.ParsedKey | null,
  ): Promise<ssh2.ParsedKey | null> {
    const name = secretName.passphrase(path);
    let problem: string | undefined;
    for (let asks = 0; ; ) {
      let passphrase = await this.#secrets.known(name);
      if (passphrase === null) {
        if (asks === MAX_ASKS) return null;
        asks += 1;
        const question: SecretQuestion = {
          ...this.#question('passphrase'),
          questions: [{ text: `Passphrase of ${path}:`, echo: false }],
          keyFile: path,
          canRemember: true,
          ...(problem === undefined ? {} : { problem }),
        };
        passphrase = await this.#secrets.ask(name, this.#prompter, question, this.#signal);
      }
      const key = passphrase === '' ? null : decrypt(passphrase);
      if (key !== null) {
        this.#passphrases.add(name);
        return key;
      }
      await this.#secrets.reject(name);
      if (passphrase === '') return null;
      problem = 'This passphrase is wrong.';
    }
  }

  #question(purpose: SecretQuestion['purpose']): Omit<SecretQuestion, 'questions'> {
    const problem = purpose === 'passphrase' ? undefined : this.#problem;
    return {
      kind: 'secret',
      host: this.#target.label,
      purpose,
      user: this.#target.user,
      canRemember: false,
      ...(problem === undefined ? {} : { problem }),
    };
  }
}

/** What PAM and the BSDs ask for a plain password: it can be answered from storage like one. */
function isPasswordPrompt(text: string): boolean {
  return /^\s*(\(?\S+@\S+\)?\s|\S+'s )?password( for \S+)?:?\s*$/i.test(text);
}

/** `password (3 times)` instead of three times `password`. */
function counted(tried: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const each of tried) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].map(([what, times]) => (times === 1 ? what : `${what} (${times} times)`)).join(', ');
}
