import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FailoverRecord } from '../../contract/failover.ts';
import { getRecord, listRecords, storeRecord } from './store.ts';

let history: string;
beforeEach(async () => {
  history = await mkdtemp(join(tmpdir(), 'minime-history-'));
});
afterEach(() => rm(history, { recursive: true }));

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
    await storeRecord({ history }, before);
    await storeRecord({ history }, after);
    expect(await getRecord({ history }, before.id)).toEqual(taken ? after : before);
  });

  it('come newest first, at most 200, without what is no record', { timeout: 60_000 }, async () => {
    for (let n = 1; n <= 203; n++) await storeRecord({ history }, record(n, ['n2'], n));
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
