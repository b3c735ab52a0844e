import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Runs `work` while holding an exclusive flock(2) on `path`. The kernel releases the lock with the process, so a crash
 * leaves no stale lock. `onWait` is told when another process holds it. Lock files are never removed: removing one
 * that somebody waits for would let two in.
 */
export async function withLock<T>(path: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const holder = spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(holder, 'exit');
  const patience = setTimeout(onWait, 1000);
  try {
    const won = await Promise.race([once(holder.stdout, 'data').then(() => true), exited.then(() => false)]);
    if (!won) throw new Error(`flock could not lock ${path}.`);
  } finally {
    clearTimeout(patience);
  }
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await exited;
  }
}
