import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manualClock } from '../testing/manualClock.ts';
import { temporaryFolder } from '../testing/temporaryFolder.ts';
import { openDataFiles } from './dataFiles.ts';

describe('the data folder', () => {
  test('keeps hosts and settings from one start to the next', async () => {
    const folder = await temporaryFolder();
    const first = await openDataFiles(folder, manualClock(5));
    const entry = await first.inventory.add({ address: 'n1.example', port: 2222, user: 'root' });
    await first.settings.set({ theme: 'dark' });
    await first.release();

    const second = await openDataFiles(folder, manualClock());
    expect(second.inventory.list()).toEqual([entry]);
    expect(entry).toMatchObject({ address: 'n1.example', port: 2222, user: 'root', addedAt: 5 });
    expect(second.settings.get()).toEqual({ theme: 'dark' });
    expect(second.notices).toEqual([]);
  });

  test('refuses the same way to a host twice, but not another user or port', async () => {
    const { inventory } = await openDataFiles(await temporaryFolder(), manualClock());
    await inventory.add({ address: 'n1', user: 'root' });
    await expect(inventory.add({ address: 'N1', user: 'root' })).rejects.toMatchObject({
      info: { kind: 'conflict' },
    });
    await inventory.add({ address: 'n1', user: 'ann' });
    await inventory.add({ address: 'n1', user: 'root', port: 2222 });
    expect(inventory.list()).toHaveLength(3);
  });

  test('forgets a host for good', async () => {
    const folder = await temporaryFolder();
    const { inventory, release } = await openDataFiles(folder, manualClock());
    const { id } = await inventory.add({ address: 'n1' });
    await inventory.remove(id);
    await expect(inventory.remove(id)).rejects.toMatchObject({ info: { kind: 'not-found' } });
    await release();
    expect((await openDataFiles(folder, manualClock())).inventory.list()).toEqual([]);
  });

  test('with a damaged file starts without it and says so', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'hosts.json'), '{"format":1,"hosts":[{"address":"n1"}]}');
    const { inventory, notices } = await openDataFiles(folder, manualClock());
    expect(inventory.list()).toEqual([]);
    expect(notices.map((notice) => notice.id)).toEqual(['file-damaged']);
    await inventory.add({ address: 'n2' });
    expect((await readdir(folder)).filter((name) => name.startsWith('hosts.json'))).toHaveLength(2);
  });

  test('can be read but not changed by a second console', async () => {
    const folder = await temporaryFolder();
    const first = await openDataFiles(folder, manualClock());
    await first.inventory.add({ address: 'n1' });
    const second = await openDataFiles(folder, manualClock());
    expect(second.notices.map((notice) => notice.id)).toEqual(['data-folder-in-use']);
    expect(second.inventory.list()).toHaveLength(1);
    await expect(second.inventory.add({ address: 'n2' })).rejects.toMatchObject({
      info: { kind: 'conflict' },
    });
    expect(second.inventory.list()).toHaveLength(1);
    await expect(second.settings.set({ theme: 'dark' })).rejects.toMatchObject({
      info: { kind: 'conflict' },
    });
    await second.release();
    await first.inventory.add({ address: 'n2' });
  });
});
