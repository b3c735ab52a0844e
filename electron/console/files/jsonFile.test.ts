import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../testing/temporaryFolder.ts';
import { openJsonFile } from './jsonFile.ts';

const schema = z.object({ count: z.number() });
const open = async (path: string, readOnly = false) =>
  await openJsonFile(path, { schema, fallback: { count: 0 }, now: Date.UTC(2026, 10, 22), readOnly });

describe('a JSON file', () => {
  test('that is not there starts with the fallback and no notice', async () => {
    const opened = await open(join(await temporaryFolder(), 'a.json'));
    expect(opened.value).toEqual({ count: 0 });
    expect(opened.notice).toBeUndefined();
  });

  test('is private, comes back as written and leaves no temporary file', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'new', 'a.json');
    await (await open(path)).file.write({ count: 7 });
    expect((await open(path)).value).toEqual({ count: 7 });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'new'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, 'new'))).toEqual(['a.json']);
  });

  test('keeps the last of many writes asked for at once', async () => {
    const path = join(await temporaryFolder(), 'a.json');
    const { file } = await open(path);
    await Promise.all(Array.from({ length: 20 }, (_, count) => file.write({ count })));
    expect((await open(path)).value).toEqual({ count: 19 });
  });

  test.each([
    ['is not JSON', '{"count": 1'],
    ['does not fit', '{"count": "one"}'],
    ['is empty', ''],
  ])('that %s is put aside with a notice', async (_, text) => {
    const folder = await temporaryFolder();
    const path = join(folder, 'a.json');
    await writeFile(path, text);
    const opened = await open(path);
    expect(opened.value).toEqual({ count: 0 });
    expect(opened.notice).toMatchObject({ id: 'file-damaged', severity: 'warning', subject: path });
    const files = await readdir(folder);
    expect(files).toEqual(['a.json.damaged-2026-11-22T00-00-00.000Z']);
    expect(await readFile(join(folder, files[0] ?? ''), 'utf8')).toBe(text);
  });

  test('that is damaged stays where it is for a reader', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.json'), 'damaged');
    expect((await open(join(folder, 'a.json'), true)).notice?.id).toBe('file-damaged');
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  test('that cannot be read is an error, not a fallback', async () => {
    const path = join(await temporaryFolder(), 'a.json');
    await mkdir(path);
    await expect(open(path)).rejects.toMatchObject({ info: { kind: 'storage' } });
  });

  test('that cannot be written says so, and the next write goes ahead', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'sub', 'a.json');
    const { file } = await open(path);
    await writeFile(join(folder, 'sub'), 'in the way');
    await expect(file.write({ count: 1 })).rejects.toMatchObject({ info: { kind: 'storage' } });
    await rm(join(folder, 'sub'));
    await file.write({ count: 2 });
    expect((await open(path)).value).toEqual({ count: 2 });
  });
});
