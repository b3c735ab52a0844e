import { spawn } from 'node:child_process';
import { MinimeError } from '../../src/contract/errors.ts';

export interface CommandOptions {
  stdin?: string;
  signal?: AbortSignal;
  /** Milliseconds after which the command is killed and counts as failed. No limit when left out. */
  timeoutMs?: number;
  /** The lab host the command is about, for error messages. */
  host?: string;
  env?: NodeJS.ProcessEnv;
}

export interface CommandResult {
  stdout: string;
  stderr: string;
  /** 0 is success; 128 + n when signal n ended it, as a shell would say. */
  exitCode: number;
}

const killed = 137;

/** Runs a program and returns whatever came of it; rejects only if the program cannot be started or was aborted. */
export function run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.timeoutMs === undefined
        ? {}
        : { timeout: options.timeoutMs, killSignal: 'SIGKILL' as const }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? programMissing(program, error) : error);
    });
    child.once('close', (code) => {
      resolve({
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        exitCode: code ?? killed,
      });
    });
    // A program that ends without reading its input is not an error of ours.
    child.stdin.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error);
    });
    child.stdin.end(options.stdin ?? '');
  });
}

/** Runs a program and returns its standard output; throws `tool-failed` with its messages unless it exits with 0. */
export async function must(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await run(argv, options);
  if (result.exitCode !== 0) throw commandFailed(argv, result, options.host);
  return result.stdout;
}

export function commandFailed(argv: readonly string[], result: CommandResult, host?: string): MinimeError {
  const said = result.stderr.trim() || result.stdout.trim();
  return new MinimeError({
    kind: 'tool-failed',
    message: `${argv.join(' ')} failed with exit code ${result.exitCode}${said === '' ? '.' : `: ${said}`}`,
    ...(host === undefined ? {} : { host }),
  });
}

function programMissing(program: string, cause: Error): MinimeError {
  return new MinimeError(
    {
      kind: 'unsupported',
      message: `The program ${program} is not installed.`,
      remedy: 'Run "npm run lab -- prerequisites" as root on Debian, or install the package that holds it.',
    },
    { cause },
  );
}
