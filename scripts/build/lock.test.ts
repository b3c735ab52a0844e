import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withBuildLock } from './lock.ts';

let folder: string;
let file: string;
const quiet = () => undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

test('the lock is held during the work and gone afterwards, also when the work fails', async () => {
  await withBuildLock(file, quiet, async () => {
    expect(existsSync(file)).toBe(true);
    await Promise.resolve();
  });
  await expect(withBuildLock(file, quiet, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  expect(await readdir(folder)).toEqual([]);
});

test('a second build waits for the first', async () => {
  const order: string[] = [];
  let finishFirst = () => {};
  let first = Promise.resolve();
  await new Promise<void>((started) => {
    first = withBuildLock(file, quiet, async () => {
      await new Promise<void>((resolve) => {
        finishFirst = resolve;
        started();
      });
      order.push('first');
    });
  });
  const say = (line: string) => {
    order.push(line);
    finishFirst();
  };
  await withBuildLock(file, say, () => Promise.resolve(void order.push('second')));
  await first;
  expect(order).toEqual(['build: waiting for another build to finish', 'first', 'second']);
});

test('the lock of a process that is gone is taken over', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await writeFile(file, String(pid));
  let ran = false;
  await withBuildLock(file, quiet, () => Promise.resolve(void (ran = true)));
  expect(ran).toBe(true);
});
