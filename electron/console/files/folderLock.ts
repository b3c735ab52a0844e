import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { MinimeError } from '../../../src/contract/errors.ts';

/**
 * Marks a data folder as used by one console. The holder is known by process id and, since ids are used again, by the
 * process's start time; a holder that no longer lives is replaced.
 */
export interface FolderLock {
  /** The process that holds the folder if it is not this one. */
  readonly holder: LockHolder | null;
  release(): Promise<void>;
}

const holderSchema = z.object({
  machine: z.string(),
  pid: z.number().int().positive(),
  /** Clock ticks since boot, as in /proc/PID/stat; null where there is no such file. */
  started: z.string().nullable(),
});
export type LockHolder = z.infer<typeof holderSchema>;

const RETRY_MS = 20;
const MAX_ATTEMPTS = 100;
const MARKER_LIFETIME_MS = 10_000;

export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'lock');
  const own = join(folder, `.lock.${randomBytes(6).toString('hex')}`);
  const me: LockHolder = {
    machine: hostname(),
    pid: process.pid,
    started: await processStart(process.pid),
  };
  const text = JSON.stringify(me);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(own, text, { mode: 0o600, flag: 'wx' });
    const held: FolderLock = { holder: null, release: () => releaseIfHeld(path, text) };
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (await tryLink(own, path)) return held;
      const found = await readHolder(path);
      if (found.holder !== null && (await isAlive(found.holder))) {
        return { holder: found.holder, release: () => Promise.resolve() };
      }
      if (found.text !== null && (await replaceDead(own, path, found.text))) return held;
    }
  } catch (error) {
    throw new MinimeError(
      {
        kind: 'storage',
        message: `Minime cannot use its data folder ${folder}.`,
        cause: error instanceof Error ? error.message : String(error),
        remedy: 'Check that the folder is yours and can be written, or choose another one with MINIME_DATA.',
      },
      { cause: error },
    );
  } finally {
    // Why the folder cannot be used is told already, and is why this cannot be removed either.
    await rm(own, { force: true }).catch(() => undefined);
  }
  throw new MinimeError({
    kind: 'busy',
    message: `Several consoles are starting on the data folder ${folder} at once.`,
    remedy: 'Start Minime again.',
  });
}

async function tryLink(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<{ text: string | null; holder: LockHolder | null }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { text: null, holder: null };
    throw error;
  }
  try {
    return { text, holder: holderSchema.parse(JSON.parse(text)) };
  } catch {
    return { text, holder: null }; // Not written by any console that could still hold it.
  }
}

/**
 * Puts this console in a dead one's place. Of many that try, the one that creates the marker for that very holder does
 * it, and only while the lock is still the dead one's; nobody else touches it meanwhile.
 */
async function replaceDead(own: string, path: string, dead: string): Promise<boolean> {
  const marker = `${path}.${createHash('sha256').update(dead).digest('hex').slice(0, 12)}`;
  if (!(await tryLink(own, marker))) {
    await removeIfLeftBehind(marker);
    await delay(RETRY_MS);
    return false;
  }
  try {
    if ((await readHolder(path)).text !== dead) return false;
    await rename(own, path);
    return true;
  } finally {
    await rm(marker, { force: true });
  }
}

/** A console that died within the few system calls above. */
async function removeIfLeftBehind(marker: string): Promise<void> {
  try {
    if (Date.now() - (await stat(marker)).mtimeMs > MARKER_LIFETIME_MS) await rm(marker, { force: true });
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

async function releaseIfHeld(path: string, text: string): Promise<void> {
  if ((await readHolder(path)).text === text) await rm(path, { force: true });
}

async function isAlive(holder: LockHolder): Promise<boolean> {
  // A folder on a network file system: nothing is known of processes elsewhere.
  if (holder.machine !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
  return holder.started === (await processStart(holder.pid));
}

async function processStart(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The command name in parentheses can hold anything; field 22 is counted after its last `)`.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
