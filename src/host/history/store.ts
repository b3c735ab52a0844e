import { join } from 'node:path';
import { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import { type FailoverRecord, failoverRecordSchema } from '../../contract/failover.ts';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, readdir, readFile, rm } from '../files.ts';
import type { Host } from '../host.ts';

/** Records of failovers on this host, one file each; the oldest go. */
const keptRecords = 200;
const ending = '.json';

type Paths = Pick<Host['paths'], 'history'>;

/**
 * Whether `record` is further on than what is known of the same failover. A takeover that went on with another owner is known best
 * to that one: what an owner before sends late, or tells when it is back, is older.
 */
export function supersedes(record: FailoverRecord, known: FailoverRecord | undefined): boolean {
  if (known === undefined) return true;
  if (record.owners.length !== known.owners.length) return record.owners.length > known.owners.length;
  return known.times.ended === undefined || record.times.ended !== undefined;
}

/** Keeps it, unless what is here of the same failover is further on. Several programs of a host may learn of the same one at once. */
export async function storeRecord(
  host: Pick<Host, 'paths' | 'exclusively'>,
  record: FailoverRecord,
): Promise<void> {
  const { history } = host.paths;
  await host.exclusively('history', async () => {
    const before = await readRecord(history, record.id);
    if (!supersedes(record, before)) return;
    await mkdir(history, { recursive: true, mode: 0o700 });
    const path = join(history, `${record.id}${ending}`);
    await writeAtomically(path, `${path}.new`, Buffer.from(`${JSON.stringify(record)}\n`));
    if (before === undefined) await thin(history);
  });
}

/** Newest first. A file that is no record of ours is left out. */
export async function listRecords({ history }: Paths): Promise<FailoverRecord[]> {
  const records = await Promise.all((await idsIn(history)).map((id) => readRecord(history, id)));
  return records
    .filter((record) => record !== undefined)
    .sort((a, b) => b.times.begun - a.times.begun || (a.id < b.id ? -1 : 1));
}

/** Rejects with `not-found` if there is none that can be understood. */
export async function getRecord(paths: Paths, id: string): Promise<FailoverRecord> {
  const record = await readRecord(paths.history, id);
  if (record !== undefined) return record;
  throw new MinimeError({
    kind: 'not-found',
    message: 'This host has no record of this failover.',
    cause: 'It was down at that time, or the record is older than the last 200.',
    remedy: 'Ask another host of the cluster.',
  });
}

async function readRecord(history: string, id: string): Promise<FailoverRecord | undefined> {
  try {
    const text = await readFile(join(history, `${z.uuid().parse(id)}${ending}`), 'utf8');
    return failoverRecordSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function idsIn(history: string): Promise<string[]> {
  try {
    return (await readdir(history))
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length))
      .filter((id) => z.uuid().safeParse(id).success);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function thin(history: string): Promise<void> {
  const ids = await idsIn(history);
  if (ids.length <= keptRecords) return;
  const records = await listRecords({ history });
  const kept = new Set(records.slice(0, keptRecords).map(({ id }) => id));
  for (const id of ids) if (!kept.has(id)) await rm(join(history, `${id}${ending}`), { force: true });
}
