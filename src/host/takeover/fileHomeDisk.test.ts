import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DefinitionStore } from '../definitions/store.ts';
import { FileHomeDisk } from './fileHomeDisk.ts';
import type { NewLine } from './homeDisk.ts';
import { readMoved } from './moved.ts';
import { readRunRecord, writeRunRecord } from './runRecord.ts';
import type { DiskKey } from './signedFile.ts';

const uuid = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const id = '11111111-1111-4111-8111-111111111111';
let disk: DiskKey;
const line = (what: 'ended' | 'surveyed'): NewLine => ({
  id,
  at: 1,
  event: what === 'ended' ? { what } : { what, silent: [] },
});
const journalPath = (): string => join(disk.folder, 'takeover', 'journal.jsonl');

beforeEach(async () => {
  disk = {
    folder: await mkdtemp(join(tmpdir(), 'minime-home-')),
    home: 'n1',
    clusterId: 'c1',
    key: Buffer.alloc(32, 1),
  };
});
afterEach(() => rm(disk.folder, { recursive: true }));

describe('a quorum disk in a takeover', () => {
  it('keeps the journal over owners, after a line that was cut short too', async () => {
    const first = new FileHomeDisk(disk);
    await first.beginJournal([line('surveyed')]);
    await first.append(line('surveyed'));
    await appendFile(journalPath(), '{"body":{"clus');
    const second = new FileHomeDisk(disk);
    await second.append(line('ended'));
    const { lines, rejected } = await new FileHomeDisk(disk).journal();
    expect(lines.map(({ seq, event }) => `${seq} ${event.what}`)).toEqual([
      '1 surveyed',
      '2 surveyed',
      '3 ended',
    ]);
    expect(rejected).toEqual([]);
  });

  it('keeps lines apart that are written at the same time', async () => {
    const one = new FileHomeDisk(disk);
    await one.beginJournal([line('surveyed')]);
    await Promise.all(Array.from({ length: 20 }, () => one.append(line('surveyed'))));
    expect((await one.journal()).lines.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 21 }, (_, index) => index + 1),
    );
  });

  it('keeps the journal before aside when a new one begins', async () => {
    const one = new FileHomeDisk(disk);
    await one.beginJournal([line('surveyed')]);
    const before = await readFile(journalPath(), 'utf8');
    await one.beginJournal([line('ended')]);
    expect((await one.journal()).lines).toHaveLength(1);
    expect(await readFile(join(disk.folder, 'takeover', 'journal.last.jsonl'), 'utf8')).toBe(before);
  });

  it('hands over once, however often it is told', async () => {
    const store = new DefinitionStore(disk);
    await store.prepare();
    await store.write({
      clusterId: 'c1',
      host: 'n1',
      uuid,
      name: 'a',
      savedAt: 1,
      hash: 'h',
      memory: 1,
      vcpus: 1,
      autostart: true,
      content: { xml: '<domain/>', tpm: [] },
    });
    const one = new FileHomeDisk(disk);
    expect(await one.definitions()).toMatchObject([{ state: 'good', name: 'a', autostart: true }]);
    const moved = { uuid, name: 'a', to: 'n2', at: 5, cleared: false };
    await one.handOver(moved);
    await one.handOver(moved);
    expect(await one.definitions()).toEqual([]);
    expect(await readMoved(disk)).toEqual({ state: 'good', value: [moved] });
  });

  it('is not told by somebody else what runs', async () => {
    const record = { format: 1 as const, bootId: 'b', at: 1, vms: [] };
    expect(await readRunRecord(disk)).toEqual({ state: 'missing' });
    await writeRunRecord(disk, record);
    expect(await readRunRecord(disk)).toEqual({ state: 'good', value: record });
    const path = join(disk.folder, 'running.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"at":1', '"at":2'));
    expect(await readRunRecord(disk)).toMatchObject({ state: 'tampered' });
    await writeFile(path, text.slice(0, -20));
    expect(await readRunRecord(disk)).toMatchObject({ state: 'unreadable' });
    const elsewhere = { ...disk, home: 'n2', folder: join(disk.folder, 'n2') };
    await mkdir(elsewhere.folder);
    await writeFile(join(elsewhere.folder, 'running.json'), text);
    expect(await readRunRecord(elsewhere)).toMatchObject({ state: 'tampered' });
  });
});
