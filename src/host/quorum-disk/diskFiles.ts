import { constants } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, open, readdir, readFile } from '../files.ts';
import { foreignDisk } from './diskErrors.ts';
import { formatHolder, type Holder } from './holder.ts';
import { foreignOwner, type Owner } from './owner.ts';

/** What is on every quorum disk beside the definitions, below its mount point. */
const names = { owner: 'owner.json', holder: 'holder', monitor: 'monitor', definitions: 'definitions' };
const folders = [names.definitions, 'journal', 'tmp'];

/** Rejects with `conflict` if the disk is another's. */
export async function checkOwner(folder: string, expected: Owner): Promise<void> {
  const text = await readIfThere(join(folder, names.owner));
  const definitions = text === undefined ? await namesIn(join(folder, names.definitions)) : [];
  const problem = foreignOwner(text, expected, definitions.length > 0);
  if (problem !== undefined) throw foreignDisk(expected.home, problem);
}

/** Says who holds the disk now, and makes what is missing. True if it was never in use before. */
export async function takeIntoUse(folder: string, owner: Owner, holder: Holder): Promise<boolean> {
  await checkOwner(folder, owner);
  for (const name of folders) await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  await proveWritable(folder);
  await overwrite(join(folder, names.holder), formatHolder(holder));
  const path = join(folder, names.owner);
  if ((await readIfThere(path)) !== undefined) return false;
  await writeAtomically(path, `${path}.new`, Buffer.from(`${JSON.stringify(owner)}\n`));
  return true;
}

export const proveWritable = (folder: string): Promise<void> =>
  overwrite(join(folder, names.monitor), Buffer.from('monitor\n'));

/**
 * Writes into the file without moving it: its blocks are there from the first time on, so that later writing tells of
 * the disk and not of its being full.
 */
async function overwrite(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT, 0o600);
  try {
    await file.write(bytes, 0, bytes.length, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
