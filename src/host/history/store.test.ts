import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FailoverRecord } from '../../contract/failover.ts';
import type { Host } from '../host.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { getRecord, listRecords, storeRecord } from './store.ts';

let folder: string;
let history: string;
let host: Host;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-history-'));
  ({ host } = new FakeHost(folder));
  // As the lock of a host has it: one after the other.
  let last: Promise<unknown> = Promise.resolve();
  host.exclusively = (_what, work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  history = host.paths.history;
});
afterEach(() => rm(folder, { recursive: true }));

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const record = (n: number, owners: string[], ended?: number): FailoverRecord => ({
  format: 1,
  id: idOf(n),
  clusterId: 'c1',
  kind: 'takeover',
  failed: ['n1'],
  owners: owners.map((host, index) => ({ host, from: index })),
  times: { begun: n, ...(ended === undefined ? {} : { ended }) },
  fencing: {},
  vms: [],
  findings: [],
});

describe('the records of failovers', () => {
  it.each([
    ['a later state', record(1, ['n2']), record(1, ['n2'], 5), true],
    ['an earlier state', record(1, ['n2'], 5), record(1, ['n2']), false],
    ['what changed after the end', record(1, ['n2'], 5), record(1, ['n2'], 6), true],
    ['the next owner', record(1, ['n2'], 5), record(1, ['n2', 'n3']), true],
    ['an owner before, who comes late', record(1, ['n2', 'n3']), record(1, ['n2'], 5), false],
  ])('take %s: %#', async (_what, before, after, taken) => {
    await storeRecord(host, before);
    await storeRecord(host, after);
    expect(await getRecord({ history }, before.id)).toEqual(taken ? after : before);
  });

  it('stay what is further on, however many processes bring them at once', async () => {
    const states = [
      record(1, ['n2']),
      record(1, ['n2', 'n3']),
      record(1, ['n2', 'n3'], 9),
      record(1, ['n2'], 5),
    ];
    await Promise.all(states.map((state) => storeRecord(host, state)));
    expect(await getRecord({ history }, idOf(1))).toEqual(record(1, ['n2', 'n3'], 9));
    expect(await readdir(history)).toEqual([`${idOf(1)}.json`]);
  });

  it('come newest first, at most 200, without what is no record', { timeout: 60_000 }, async () => {
    for (let n = 1; n <= 203; n++) await storeRecord(host, record(n, ['n2'], n));
    await writeFile(join(history, `${idOf(999)}.json`), '{"format":1');
    await writeFile(join(history, 'notes.txt'), '');
    const records = await listRecords({ history });
    expect(records.map(({ times }) => times.begun)).toEqual(Array.from({ length: 200 }, (_, i) => 203 - i));
    expect((await readdir(history)).length).toBe(202);
  });

  it('that are not here are told of', async () => {
    await expect(getRecord({ history }, idOf(1))).rejects.toMatchObject({ kind: 'not-found' });
  });
});
