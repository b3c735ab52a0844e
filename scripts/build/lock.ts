import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 200;

/**
 * Runs `work` while holding the lock file, so that two builds started at once do one after the other.
 * The lock of a process that is gone is taken over.
 */
export async function withBuildLock(
  file: string,
  say: (line: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  for (let told = false; !(await tryLock(file)); told = true) {
    if (!told) say('build: waiting for another build to finish');
    await removeIfStale(file);
    await sleep(pollMs);
  }
  try {
    await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** Linked into place, so that the lock never exists without the process id in it. */
async function tryLock(file: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** Renamed before it is removed: of two that find the same stale lock, only one can move it away. */
async function removeIfStale(file: string): Promise<void> {
  const holder = await readHolder(file);
  if (holder === undefined || isAlive(holder)) return;
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  // Between reading and renaming, another process may have taken the stale lock over: then it is given back.
  if ((await readHolder(aside)) !== holder) await rename(aside, file);
  else await rm(aside, { force: true });
}

/** undefined: the lock is gone. */
async function readHolder(file: string): Promise<number | undefined> {
  try {
    return Number(await readFile(file, 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
