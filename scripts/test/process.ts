import { spawn } from 'node:child_process';

export interface FinishedProcess {
  code: number | null;
  output: string;
  timedOut: boolean;
}

/**
 * Runs a program in a process group of its own, so that a suite that hangs can be ended with everything it started.
 * `output` holds the last 200 000 characters of stdout and stderr.
 */
export function runProcess(
  argv: readonly string[],
  options: { timeoutMs: number; env?: NodeJS.ProcessEnv },
): Promise<FinishedProcess> {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error('runProcess needs a program');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    let output = '';
    let timedOut = false;
    const take = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-200_000);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const endGroup = (signal: NodeJS.Signals): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
    };
    // A suite gets half a minute to clean up (hosts, mounts) before it is killed.
    let killTimer: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup('SIGTERM');
      killTimer = setTimeout(() => endGroup('SIGKILL'), 30_000);
    }, options.timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      clearTimeout(killTimer);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code) => {
      settle();
      resolve({ code, output, timedOut });
    });
  });
}
