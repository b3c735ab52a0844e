import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MinimeError } from '../../contract/errors.ts';
import type { Runner } from '../ports/runner.ts';

/**
 * Holds an exclusive lock on a file while `work` runs; the kernel lets it go when this process dies, however it dies.
 * flock(1) locks the open file that it inherits, and the lock stays with us when it has ended. Rejects with `busy`.
 */
export async function withFileLock<T>(
  runner: Runner,
  path: string,
  waitSeconds: number,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const file = await open(path, 'a', 0o600);
  try {
    const argv = ['flock', '--exclusive', '--timeout', String(waitSeconds), '3'];
    const result = await runner.run(argv, { descriptor: file.fd, timeoutMs: (waitSeconds + 5) * 1000 });
    if (result.code !== 0) throw stillLocked(path, waitSeconds);
    return await work();
  } finally {
    await file.close();
  }
}

const stillLocked = (path: string, waitSeconds: number): MinimeError =>
  new MinimeError({
    kind: 'busy',
    message: `Another process has kept ${path} locked for ${waitSeconds} s.`,
    remedy: 'Look for a vmcl process that hangs, most likely on storage that does not answer.',
  });
