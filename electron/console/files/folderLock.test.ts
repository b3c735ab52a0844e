import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../testing/temporaryFolder.ts';
import { lockFolder } from './folderLock.ts';

describe('the lock of a data folder', () => {
  test('is held by the first console until it is released', async () => {
    const folder = await temporaryFolder();
    const first = await lockFolder(folder);
    expect(first.holder).toBeNull();
    const second = await lockFolder(folder);
    expect(second.holder).toMatchObject({ pid: process.pid, machine: hostname() });

    await second.release();
    expect((await lockFolder(folder)).holder).not.toBeNull();
    await first.release();
    expect(await readdir(folder)).toEqual([]);
    expect((await lockFolder(folder)).holder).toBeNull();
  });

  test('of a process that has died is taken over', async () => {
    const folder = await temporaryFolder();
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await writeLock(folder, { machine: hostname(), pid: child.pid, started: '1' });
    const lock = await lockFolder(folder);
    expect(lock.holder).toBeNull();
    expect(await readdir(folder)).toEqual(['lock']);
  });

  test('of a process whose id another one has got is taken over', async () => {
    const folder = await temporaryFolder();
    await writeLock(folder, { machine: hostname(), pid: process.pid, started: '1' });
    expect((await lockFolder(folder)).holder).toBeNull();
  });

  test('of a process on another machine is respected', async () => {
    const folder = await temporaryFolder();
    await writeLock(folder, { machine: 'elsewhere', pid: 1, started: null });
    expect((await lockFolder(folder)).holder?.machine).toBe('elsewhere');
  });

  test('that is not understood is taken over', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock'), 'nonsense');
    expect((await lockFolder(folder)).holder).toBeNull();
  });

  test('goes to exactly one of many that find a dead one at once', async () => {
    const folder = await temporaryFolder();
    await writeLock(folder, { machine: hostname(), pid: process.pid, started: '1' });
    const locks = await Promise.all(Array.from({ length: 8 }, () => lockFolder(folder)));
    expect(locks.filter((lock) => lock.holder === null)).toHaveLength(1);
  });

  test('cannot be had in a folder that cannot be used', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(lockFolder(join(folder, 'file'))).rejects.toMatchObject({
      info: { kind: 'storage', message: expect.stringContaining(folder) },
    });
  });

  test('is not released by who does not hold it any more', async () => {
    const folder = await temporaryFolder();
    const lock = await lockFolder(folder);
    onTestFinished(() => lock.release());
    await writeLock(folder, { machine: 'elsewhere', pid: 1, started: null });
    await lock.release();
    expect(await readFile(join(folder, 'lock'), 'utf8')).toContain('elsewhere');
  });
});

async function writeLock(folder: string, holder: object): Promise<void> {
  await writeFile(join(folder, 'lock'), JSON.stringify(holder));
}
