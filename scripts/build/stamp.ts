import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Target } from './targets.ts';

/** Hash over the paths and contents of everything a target is made from; tests are no input. */
export async function inputsHash(root: string, target: Target): Promise<string> {
  const files = (await Promise.all(target.inputs.map((path) => listFiles(root, path)))).flat();
  return await hashFiles(
    root,
    files.filter((file) => !/\.test\.tsx?$/.test(file)),
  );
}

/** Whether the output was made from these inputs and is as it was made: `electron-vite dev` writes there too. */
export async function isCurrent(root: string, target: Target, hash: string): Promise<boolean> {
  const stamp = stampFile(root, target);
  if (!existsSync(stamp)) return false;
  return (await readFile(stamp, 'utf8')) === `${hash} ${await outputHash(root, target)}`;
}

export async function markCurrent(root: string, target: Target, hash: string): Promise<void> {
  if (!existsSync(join(root, 'out', target.name, target.made))) {
    throw new Error(`the build of ${target.name} left no ${target.made}`);
  }
  await writeFile(stampFile(root, target), `${hash} ${await outputHash(root, target)}`);
}

const stampFile = (root: string, { name }: Target) => join(root, 'out', `.${name}.stamp`);

const outputHash = async (root: string, { name }: Target) =>
  await hashFiles(root, await listFiles(root, join('out', name)));

async function hashFiles(root: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    hash
      .update(`${file}\0`)
      .update(await readFile(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Relative to the root; nothing if the path is not there. */
async function listFiles(root: string, path: string): Promise<string[]> {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if ((await stat(full)).isFile()) return [path];
  const entries = await readdir(full, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}
