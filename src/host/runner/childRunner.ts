import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { MinimeError } from '../../contract/errors.ts';
import type { Follow, Runner, RunOptions, RunResult } from '../ports/runner.ts';

const defaultTimeoutMs = 10_000;
const maximumOutput = 64 * 1024 * 1024;
const keptStderr = 4096;

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  LC_ALL: 'C',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
});

export class ChildRunner implements Runner {
  run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { timeoutMs = defaultTimeoutMs, signal } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(cancelled(argv));
        return;
      }
      const child = start(argv, options);
      const stdout = new Collector(child, 'stdout');
      const stderr = new Collector(child, 'stderr');
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        act();
      };
      // A tool in uninterruptible sleep on dead storage does not even die of SIGKILL: it is not waited for.
      const giveUp = (error: MinimeError): void =>
        settle(() => {
          child.kill('SIGKILL');
          child.stdout?.destroy();
          child.stderr?.destroy();
          child.unref();
          reject(error);
        });
      const onAbort = (): void => giveUp(cancelled(argv));
      const timer = setTimeout(() => giveUp(timedOut(argv, timeoutMs)), timeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      child.once('error', (error) => settle(() => reject(cannotStart(argv, error))));
      child.once('close', (code, endSignal) =>
        settle(() => {
          if (code === null) reject(killed(argv, endSignal));
          else resolve({ code, stdout: stdout.text(), stderr: stderr.text() });
        }),
      );
    });
  }

  async must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    const result = await this.run(argv, options);
    if (result.code !== 0) throw toolFailed(argv, result);
    return result.stdout;
  }

  follow(argv: readonly string[], onLine: (line: string) => void): Follow {
    const child = start(argv, { keepInputOpen: true });
    const stderr = new Collector(child, 'stderr', keptStderr);
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', onLine);
    const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
      child.once('error', (error) => resolve({ code: null, stderr: error.message }));
      child.once('close', (code) => resolve({ code, stderr: stderr.text() }));
    });
    return { ended, stop: () => child.kill('SIGTERM') };
  }
}

function start(argv: readonly string[], options: RunOptions & { keepInputOpen?: boolean }): ChildProcess {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, {
    env: environment(),
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe', ...(options.descriptor === undefined ? [] : [options.descriptor])],
  });
  // A tool that ends without reading its input is no error of ours; that it ended is told by its exit.
  child.stdin?.once('error', () => undefined);
  if (options.keepInputOpen !== true) child.stdin?.end(options.input ?? '');
  return child;
}

/** Collects a stream up to a bound, beyond which the tool is ended: its output is not what we think it is. */
class Collector {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(child: ChildProcess, stream: 'stdout' | 'stderr', keep = maximumOutput) {
    child[stream]?.on('data', (chunk: Buffer) => {
      this.#size += chunk.length;
      if (this.#size <= keep) this.#chunks.push(chunk);
      else if (keep === maximumOutput) child.kill('SIGKILL');
    });
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

const shown = (argv: readonly string[]): string => argv.slice(0, 3).join(' ');

export function toolFailed(argv: readonly string[], result: RunResult): MinimeError {
  const said = (result.stderr.trim() || result.stdout.trim()).slice(0, 2000);
  const reason = said.split('\n').at(-1) ?? '';
  return new MinimeError({
    kind: 'tool-failed',
    message: `${shown(argv)} failed with exit code ${result.code}${reason === '' ? '.' : `: ${reason}`}`,
    details: said,
  });
}

const timedOut = (argv: readonly string[], timeoutMs: number): MinimeError =>
  new MinimeError({
    kind: 'timeout',
    message: `${shown(argv)} gave no answer within ${timeoutMs / 1000} s.`,
    remedy: 'Look for storage or a service on this host that no longer answers.',
  });

const cancelled = (argv: readonly string[]): MinimeError =>
  new MinimeError({ kind: 'cancelled', message: `${shown(argv)} was cancelled.` });

const killed = (argv: readonly string[], signal: NodeJS.Signals | null): MinimeError =>
  new MinimeError({ kind: 'tool-failed', message: `${shown(argv)} was ended by ${signal ?? 'a signal'}.` });

function cannotStart(argv: readonly string[], error: NodeJS.ErrnoException): MinimeError {
  const program = argv[0] ?? '';
  if (error.code !== 'ENOENT') {
    return new MinimeError({
      kind: 'tool-failed',
      message: `${program} could not be started: ${error.message}`,
    });
  }
  return new MinimeError({
    kind: 'unsupported',
    message: `${program} is not installed on this host.`,
    remedy: `Install the package that holds ${program}.`,
  });
}
