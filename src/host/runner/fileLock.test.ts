import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChildRunner } from './childRunner.ts';
import { withFileLock } from './fileLock.ts';

const runner = new ChildRunner();
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('withFileLock', () => {
  it('lets one in after the other', async () => {
    const events: string[] = [];
    const enter = (name: string): Promise<void> =>
      withFileLock(runner, join(folder, 'a'), 10, async () => {
        events.push(`${name} in`);
        await new Promise((resolve) => setImmediate(resolve));
        events.push(`${name} out`);
      });
    await Promise.all([enter('one'), enter('two'), enter('three')]);
    expect(events.map((event) => event.split(' ')[1])).toEqual(['in', 'out', 'in', 'out', 'in', 'out']);
  });

  it('gives up when it stays locked, and lets go when the work fails', async () => {
    const path = join(folder, 'b');
    await withFileLock(runner, path, 10, async () => {
      await expect(withFileLock(runner, path, 0, () => Promise.resolve())).rejects.toMatchObject({
        kind: 'busy',
      });
    });
    await expect(withFileLock(runner, path, 0, () => Promise.reject(new Error('work')))).rejects.toThrow(
      'work',
    );
    expect(await withFileLock(runner, path, 0, () => Promise.resolve('free'))).toBe('free');
  });
});
