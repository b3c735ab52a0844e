import { constants } from 'node:os';
import type { Logger } from 'pino';
import type ssh2 from 'ssh2';
import { MinimeError } from '../../../../src/contract/errors.ts';
import { cancelled, tooSlow } from '../errors.ts';
import type { ExecOptions } from '../remoteHost.ts';
import { onExit, openChannel } from './channel.ts';
import { Collector } from './collector.ts';
import { type CommandLine, commandLine, type Elevation, PROCESS_ID } from './commandLine.ts';
import { neverStarted } from './startFailure.ts';
import { StartFilter } from './startFilter.ts';
import { terminate } from './terminate.ts';

/** Noise on one stream before the program starts, after which the start-up files are given up on. */
export const MAX_NOISE = 64 * 1024 * 1024;

/** Bytes kept per stream if the caller sets no limit. */
const DEFAULT_MAX_OUTPUT = 16 * 1024 * 1024;

/** How commands get root rights on this host. */
export interface Rights {
  elevation: Elevation;
  /** For `sudo-password`. */
  password?: string;
}

export interface RawResult {
  code: number;
  stdout: Buffer;
  stderr: Buffer;
}

export interface ExecuteContext {
  client: ssh2.Client;
  host: string;
  rights: Rights;
  /** Aborts with a MinimeError as reason when the connection ends. */
  lost: AbortSignal;
  logger: Logger;
}

export type ExecuteOptions = Omit<ExecOptions, 'asRoot'>;

/** Runs one program on an open connection. See `RemoteHost.exec`; output is bytes here. */
export async function execute(
  context: ExecuteContext,
  argv: readonly string[],
  options: ExecuteOptions,
): Promise<RawResult> {
  const line = commandLine(argv, context.rights.elevation);
  const channel = await openChannel(context.client, line.text, context.host);
  return new Execution(context, options, line, channel, argv[0] ?? '').done;
}

/** One program from the opened channel to its result. */
class Execution {
  /** Settles once: with the result, or with what kept the program from running to its end. */
  readonly done: Promise<RawResult>;
  readonly #context: ExecuteContext;
  readonly #options: ExecuteOptions;
  readonly #line: CommandLine;
  readonly #channel: ssh2.ClientChannel;
  readonly #program: string;
  readonly #timeoutMs: number;
  readonly #out: Collector;
  readonly #err: Collector;
  readonly #timer: NodeJS.Timeout;
  #resolve: (result: RawResult) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #exit: number | null = null;
  #settled = false;

  constructor(
    context: ExecuteContext,
    options: ExecuteOptions,
    line: CommandLine,
    channel: ssh2.ClientChannel,
    program: string,
  ) {
    this.#context = context;
    this.#options = options;
    this.#line = line;
    this.#channel = channel;
    this.#program = program;
    this.#timeoutMs = options.timeoutMs ?? 60_000;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const limit = options.maxOutput ?? DEFAULT_MAX_OUTPUT;
    const out = new StartFilter(line.marker, PROCESS_ID);
    this.#out = new Collector(out, limit, (text) => options.onLine?.(text, 'stdout'));
    this.#err = new Collector(new StartFilter(line.marker), limit, (text) =>
      options.onLine?.(text, 'stderr'),
    );
    this.#timer = setTimeout(this.#onTimeout, this.#timeoutMs);
    options.signal?.addEventListener('abort', this.#onAbort);
    context.lost.addEventListener('abort', this.#onLost);
    this.#listen();
    if (context.lost.aborted) this.#onLost();
    else if (options.signal?.aborted) this.#onAbort();
  }

  #listen(): void {
    const channel = this.#channel;
    channel.on('data', (chunk: Buffer) => this.#onOutput(this.#out, chunk));
    channel.stderr.on('data', (chunk: Buffer) => this.#onOutput(this.#err, chunk));
    onExit(channel, (code, signal) => {
      this.#exit = code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
    });
    channel.on('error', (error: Error) => this.#fail(error));
    channel.on('close', () => this.#onClose());
    // sudo reads its password at once; everything else is sent when the program is there to read it.
    const { elevation, password } = this.#context.rights;
    if (elevation === 'sudo-password') channel.write(`${password ?? ''}\n`);
  }

  #onOutput(collector: Collector, chunk: Buffer): void {
    if (this.#settled) return;
    const startedBefore = this.#out.filter.started;
    try {
      collector.push(chunk);
    } catch (thrown) {
      return this.#end(thrown); // onLine threw
    }
    if (!startedBefore && this.#out.filter.started) this.#channel.end(this.#input());
    if (collector.full) this.#end(tooMuchOutput(this.#context.host, this.#program, collector.limit));
    else if (collector.filter.dropped > MAX_NOISE || this.#sudoAsksAgain()) this.#end(this.#neverStarted());
  }

  #input(): Buffer {
    const { stdin } = this.#options;
    return Buffer.concat([Buffer.from(this.#line.stdinPrefix), Buffer.from(stdin ?? '')]);
  }

  /** It would read what is meant for the program as further passwords. */
  #sudoAsksAgain(): boolean {
    const { filter } = this.#err;
    return (
      this.#context.rights.elevation === 'sudo-password' && !filter.started && /try again/i.test(filter.noise)
    );
  }

  #onClose(): void {
    const code = this.#exit;
    if (this.#context.lost.aborted) return this.#onLost();
    if (!this.#out.filter.started) {
      return this.#fail(
        neverStarted(this.#context.host, this.#out.filter, this.#err.filter, this.#context.rights),
      );
    }
    if (code === null) {
      // Also what is seen first when the connection breaks: its own reason is better.
      setImmediate(() =>
        this.#fail(this.#context.lost.aborted ? this.#context.lost.reason : this.#vanished()),
      );
      return;
    }
    this.#settle(() => {
      this.#out.finish();
      this.#err.finish();
      this.#resolve({ code, stdout: this.#out.bytes(), stderr: this.#err.bytes() });
    });
  }

  readonly #onAbort = () => this.#end(cancelled(this.#context.host));
  readonly #onLost = () => this.#fail(this.#context.lost.reason);
  readonly #onTimeout = () => this.#end(tooSlow(this.#context.host, this.#program, this.#timeoutMs));

  /** Gives up on a program that is still running: it is told to stop, for closing the channel alone would leave it. */
  #end(error: unknown): void {
    if (this.#settled) return;
    this.#fail(error);
    this.#channel.close();
    terminate(this.#context, this.#line.marker, this.#out.filter.tail);
  }

  #fail(error: unknown): void {
    this.#settle(() => this.#reject(error));
  }

  #settle(finish: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#context.lost.removeEventListener('abort', this.#onLost);
    finish();
  }

  #neverStarted(): MinimeError {
    return neverStarted(this.#context.host, this.#out.filter, this.#err.filter, this.#context.rights);
  }

  #vanished(): MinimeError {
    return new MinimeError({
      kind: 'tool-failed',
      host: this.#context.host,
      message: `${this.#program} on ${this.#context.host} ended without telling how.`,
      cause:
        'The host closed the channel without an exit code; the process that ran the command was probably killed.',
      remedy: "Try again; if it happens again, see the host's log (out of memory, or sshd restarted).",
      details: this.#err.bytes().toString('utf8').slice(-2000),
    });
  }
}

function tooMuchOutput(host: string, program: string, limit: number): MinimeError {
  return new MinimeError({
    kind: 'tool-failed',
    host,
    message: `${program} on ${host} printed more than ${limit} bytes and was ended.`,
    remedy: 'This is more than any sound output; look at what the program prints on the host.',
  });
}
