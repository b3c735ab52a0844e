import { join } from 'node:path';
import { z } from 'zod';
import { syncReportSchema } from '../../contract/hostState.ts';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, open, readFile, stat } from '../files.ts';
import { parseJson } from '../json.ts';

/** Its time is that of the last complete sync: setting it needs no room, so it works on a full disk too. */
const markName = 'synced';

/** Unix milliseconds of the last complete sync to the quorum disk mounted at `folder`; null if there was none. */
export async function readLastSync(folder: string): Promise<number | null> {
  try {
    return Math.floor((await stat(join(folder, markName))).mtimeMs);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export async function markSynced(folder: string, now: number): Promise<void> {
  const mark = await open(join(folder, markName), 'a', 0o600);
  try {
    await mark.utimes(now / 1000, now / 1000);
    await mark.sync();
  } finally {
    await mark.close();
  }
}

const recordSchema = z.object({
  report: syncReportSchema,
  /** Since when stored definitions have had no VM, by uuid, of those that are not removed yet. Unix milliseconds. */
  missingSince: z.record(z.string(), z.number()),
});
export type SyncRecord = z.infer<typeof recordSchema>;

/** What came of the last sync of this host; undefined if there was none, or nothing is left of it. */
export async function readRecord(stateFolder: string): Promise<SyncRecord | undefined> {
  let text: string;
  try {
    text = await readFile(recordPath(stateFolder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return recordSchema.safeParse(parseJson(text)).data;
}

export async function writeRecord(stateFolder: string, record: SyncRecord): Promise<void> {
  const path = recordPath(stateFolder);
  await mkdir(stateFolder, { recursive: true, mode: 0o755 });
  await writeAtomically(path, `${path}.new`, Buffer.from(`${JSON.stringify(record)}\n`));
}

const recordPath = (stateFolder: string): string => join(stateFolder, 'sync.json');
