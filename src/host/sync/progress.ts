import { join } from 'node:path';
import { toErrorInfo } from '../../contract/errors.ts';
import type { QuorumDisksSection } from '../../contract/hostState.ts';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, readFile, rm } from '../files.ts';
import type { Host } from '../host.ts';
import { readRecord } from './record.ts';

/** Says when the sync began that goes on. Whoever follows this host watches the folder. */
const markOf = (host: Host): string => join(host.paths.run, 'syncing');

/** Lets the others on this host see that a sync goes on, until `work` is done. Showing it must hold up nothing. */
export async function whileShown<T>(host: Host, work: () => Promise<T>): Promise<T> {
  const mark = markOf(host);
  const show = async (): Promise<void> => {
    await mkdir(host.paths.run, { recursive: true, mode: 0o755 });
    await writeAtomically(mark, `${mark}.new`, Buffer.from(String(host.clock.now())));
  };
  const tried = (error: unknown): void => host.log.warn({ error }, 'that a sync goes on is not shown');
  await show().catch(tried);
  try {
    return await work();
  } finally {
    await rm(mark, { force: true }).catch(tried);
  }
}

/** Only for a host that belongs to a cluster. */
export async function readSyncState(host: Host): Promise<NonNullable<QuorumDisksSection['sync']>> {
  const runningSince = await readRunningSince(host);
  const last = (await readRecord(host.paths.state))?.report;
  return {
    ...(runningSince === undefined ? {} : { runningSince }),
    ...(last === undefined ? {} : { last }),
  };
}

async function readRunningSince(host: Host): Promise<number | undefined> {
  let text: string;
  try {
    text = await readFile(markOf(host), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  // A sync that was killed leaves its mark behind, but not its lock.
  return (await isSyncing(host)) ? Number(text) : undefined;
}

async function isSyncing(host: Host): Promise<boolean> {
  try {
    await host.exclusively('sync', () => rm(markOf(host), { force: true }), 0);
    return false;
  } catch (error) {
    if (toErrorInfo(error).kind === 'busy') return true;
    throw error;
  }
}
