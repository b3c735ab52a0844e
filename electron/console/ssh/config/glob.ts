import { readdir } from 'node:fs/promises';
import { join, parse, sep } from 'node:path';
import { glob } from 'ssh-config';
import { errorCode } from '../errors.ts';

/** Files that match an absolute path with * and ? in it, in lexical order; names with a leading dot need one in it. */
export async function matchingFiles(pattern: string): Promise<string[]> {
  const { root } = parse(pattern);
  let found = [root];
  for (const part of pattern.slice(root.length).split(sep)) {
    if (!/[*?]/.test(part)) {
      found = found.map((folder) => join(folder, part));
      continue;
    }
    const inside = await Promise.all(
      found.map(async (folder) => (await names(folder)).map((name) => ({ folder, name }))),
    );
    found = inside
      .flat()
      .filter(({ name }) => glob([part], name) && (!name.startsWith('.') || part.startsWith('.')))
      .map(({ folder, name }) => join(folder, name));
  }
  return found.sort();
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    const code = errorCode(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw thrown;
  }
}
