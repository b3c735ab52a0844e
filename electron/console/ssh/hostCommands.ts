import type { Logger } from 'pino';
import { MinimeError } from '../../../src/contract/errors.ts';
import { ChannelPool } from './channelPool.ts';
import { ChannelRefused } from './command/channel.ts';
import { type ExecuteContext, type ExecuteOptions, execute, type RawResult } from './command/execute.ts';
import { checkWritten, readCommand, readResult, writeCommand } from './command/files.ts';
import type { RootRights } from './command/privilege.ts';
import { openRemoteStream } from './command/remoteStream.ts';
import type { Link } from './link.ts';
import type { ExecOptions, ExecResult, RemoteHost, RemoteStream } from './remoteHost.ts';

const FILE_TIMEOUT = 300_000;
const FILE_LIMIT = 16 * 1024 * 1024;
const PREAMBLE_TIMEOUT = 30_000;

export interface ChannelLimits {
  /** Commands running at once; more wait. */
  commands: number;
  /** Streams open at once; more are refused with `busy`. Commands, streams and one for stopping fit in MaxSessions 10. */
  streams: number;
}

/** What can be done on one open connection. */
export class HostCommands implements RemoteHost {
  readonly label: string;
  readonly #link: Link;
  readonly #root: RootRights;
  readonly #logger: Logger;
  readonly #commands: ChannelPool;
  readonly #limits: ChannelLimits;
  readonly #never = new AbortController().signal;
  #streams = 0;

  constructor(label: string, link: Link, root: RootRights, limits: ChannelLimits, logger: Logger) {
    this.label = label;
    this.#link = link;
    this.#root = root;
    this.#limits = limits;
    this.#logger = logger;
    this.#commands = new ChannelPool(label, limits.commands);
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const { asRoot, ...rest } = options;
    const { code, stdout, stderr } = await this.#execute(argv, rest, asRoot === true);
    return { code, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
  }

  async run(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const result = await this.exec(argv, options);
    if (result.code !== 0) throw failedCommand(this.label, argv, result);
    return result;
  }

  async writeFile(
    path: string,
    content: string | Buffer,
    options: { mode: string; signal?: AbortSignal },
  ): Promise<void> {
    const stdin = Buffer.from(content);
    const argv = writeCommand(path, options.mode, stdin.length);
    const result = await this.#execute(argv, { stdin, timeoutMs: FILE_TIMEOUT, ...signalOf(options) }, true);
    checkWritten(this.label, path, result);
  }

  async readFile(
    path: string,
    options: { signal?: AbortSignal; maxBytes?: number } = {},
  ): Promise<Buffer | null> {
    const maxBytes = options.maxBytes ?? FILE_LIMIT;
    const limits = { timeoutMs: FILE_TIMEOUT, maxOutput: maxBytes + 1 };
    const result = await this.#execute(
      readCommand(path, maxBytes),
      { ...limits, ...signalOf(options) },
      true,
    );
    return readResult(this.label, path, maxBytes, result);
  }

  async openStream(
    argv: readonly string[],
    preamble: string,
    options: { signal?: AbortSignal; timeoutMs?: number } = {},
  ): Promise<RemoteStream> {
    if (this.#streams >= this.#limits.streams)
      throw busy(this.label, `${this.#streams} streams are open to it.`);
    this.#streams += 1;
    try {
      const timeoutMs = options.timeoutMs ?? PREAMBLE_TIMEOUT;
      const opened = await openRemoteStream(this.#context(true), argv, preamble, {
        timeoutMs,
        ...signalOf(options),
      });
      void opened.closed.then(() => {
        this.#streams -= 1;
      });
      return opened;
    } catch (error) {
      this.#streams -= 1;
      throw error instanceof ChannelRefused ? busy(this.label, error.message) : error;
    }
  }

  #execute(argv: readonly string[], options: ExecuteOptions, asRoot: boolean): Promise<RawResult> {
    const context = this.#context(asRoot);
    const signal = AbortSignal.any([this.#link.lost, options.signal ?? this.#never]);
    const attempt = async (): Promise<RawResult> => {
      let mayWait = false;
      const work = async () => {
        try {
          return await execute(context, argv, options);
        } catch (error) {
          // The server allows fewer sessions than the bound: one of ours has to end first, if there is one.
          mayWait = error instanceof ChannelRefused && this.#commands.lower();
          throw error;
        }
      };
      try {
        return await this.#commands.run(signal, work);
      } catch (error) {
        if (mayWait) return attempt();
        throw error instanceof ChannelRefused ? busy(this.label, error.message) : error;
      }
    };
    return attempt();
  }

  /** Throws `not-permitted` if there is no way to root rights. */
  #context(asRoot: boolean): ExecuteContext {
    if (asRoot && this.#root.refusal !== undefined) throw this.#root.refusal;
    return {
      client: this.#link.client,
      host: this.label,
      rights: asRoot ? this.#root.rights : { elevation: 'none' },
      lost: this.#link.lost,
      logger: this.#logger,
    };
  }
}

function signalOf(options: { signal?: AbortSignal }): { signal?: AbortSignal } {
  return options.signal === undefined ? {} : { signal: options.signal };
}

function failedCommand(
  host: string,
  argv: readonly string[],
  { code, stdout, stderr }: ExecResult,
): MinimeError {
  const said = stderr.trim() === '' ? stdout.trim() : stderr.trim();
  return new MinimeError({
    kind: 'tool-failed',
    host,
    message: `${argv[0]} failed on ${host} with exit code ${code}.`,
    ...(said === '' ? {} : { cause: said.split('\n').at(-1) ?? '', details: said.slice(-4000) }),
  });
}

function busy(host: string, cause: string): MinimeError {
  return new MinimeError({
    kind: 'busy',
    host,
    message: `${host} does not open another session on this connection.`,
    cause,
    remedy: 'Wait until something else has ended, or raise MaxSessions in sshd_config on the host to 10.',
  });
}
