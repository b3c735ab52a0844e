import * as node from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Files } from '../../host/files.ts';
import { MemoryFiles } from './memoryFiles.ts';

type Step = (files: Files, folder: string) => Promise<unknown>;

const paths = ['a', 'b', 'a/x', 'a/y', 'b/x', 'a/x/deep'];
const path = fc.constantFrom(...paths);
const text = fc.constantFrom('', 'one', 'something longer');

const write = (flags: string, at: string, data: string): Step =>
  async function write(files, folder) {
    const file = await files.open(join(folder, at), flags, 0o600);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
  };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(fc.constantFrom('w', 'a', 'wx', 'r+'), path, text)
    .map(([flags, at, data]) => write(flags, at, data)),
  path.map(
    (at): Step =>
      (files, folder) =>
        files.readFile(join(folder, at), 'utf8'),
  ),
  path.map(
    (at): Step =>
      async (files, folder) =>
        (await files.readdir(join(folder, at))).sort(),
  ),
  path.map(
    (at): Step =>
      async (files, folder) => {
        const stat = await files.stat(join(folder, at));
        return { folder: stat.isDirectory(), size: stat.isFile() ? stat.size : 0 };
      },
  ),
  fc.tuple(path, fc.boolean()).map(
    ([at, recursive]): Step =>
      async (files, folder) => {
        await files.mkdir(join(folder, at), { recursive });
      },
  ),
  fc
    .tuple(path, path)
    .filter(([from, to]) => !to.startsWith(`${from}/`))
    .map(
      ([from, to]): Step =>
        (files, folder) =>
          files.rename(join(folder, from), join(folder, to)),
    ),
  fc.tuple(path, fc.boolean(), fc.boolean()).map(
    ([at, force, recursive]): Step =>
      (files, folder) =>
        files.rm(join(folder, at), { force, recursive }),
  ),
);

/** What a caller can tell apart: the value, or the code of the error. */
async function outcomes(files: Files, folder: string, steps: readonly Step[]): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const one of steps) {
    all.push(
      await one(files, folder).then(
        (value) => ({ value: value ?? null }),
        (error: unknown) => ({ code: (error as NodeJS.ErrnoException).code }),
      ),
    );
  }
  return all;
}

describe('files in memory', () => {
  it('answer as those of the operating system', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const folder = await mkdtemp(join(tmpdir(), 'minime-files-'));
        const memory = new MemoryFiles(() => 0);
        await memory.mkdir('/root');
        try {
          const expected = await outcomes(node, folder, steps);
          expect(await outcomes(memory, '/root', steps)).toEqual(expected);
        } finally {
          await rm(folder, { recursive: true });
        }
      }),
      { numRuns: 150, seed: 1 },
    );
  });
});
