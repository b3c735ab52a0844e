import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MinimeError } from '../../contract/errors.ts';
import type { FailoverRecord } from '../../contract/failover.ts';
import type { Host } from '../host.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { fetchMissed } from './fetch.ts';
import { listRecords, storeRecord } from './store.ts';

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const record = (n: number, ended?: number): FailoverRecord => ({
  format: 1,
  id: idOf(n),
  clusterId: 'c1',
  kind: 'takeover',
  failed: ['n9'],
  owners: [{ host: 'n2', from: 1 }],
  times: { begun: n, ...(ended === undefined ? {} : { ended }) },
  fencing: {},
  vms: [],
  findings: [],
});

let folder = '';
let host: Host;
/** By host, what it has; absent: it gives no answer. */
let records: Record<string, FailoverRecord[]>;
let asked: string[];
/** Hosts that list records and then fall silent. */
let fallSilent: Set<string>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-fetch-'));
  records = {};
  asked = [];
  fallSilent = new Set();
  const answer = async (other: string, name: string, id: string | undefined): Promise<unknown> => {
    const has = records[other];
    if (has === undefined || (name === 'failover.get' && fallSilent.has(other))) {
      throw new MinimeError({ kind: 'timeout', message: 'no answer' });
    }
    if (name === 'events.list') return { events: [] };
    if (name === 'failover.list')
      return { records: has.map((one) => ({ id: one.id, ended: one.times.ended !== undefined })) };
    asked.push(`${other} ${id?.at(-1)}`);
    return { record: has.find((one) => one.id === id) };
  };
  const call = (other: string, name: string, params: { id?: string }) => answer(other, name, params.id);
  ({ host } = new FakeHost(folder));
  host.peers = { ...host.peers, call: call as unknown as Host['peers']['call'] };
});
afterEach(() => rm(folder, { recursive: true }));

const ids = async (): Promise<string[]> =>
  (await listRecords(host.paths)).map(
    ({ id, times }) => `${id.at(-1)}${times.ended === undefined ? '' : '!'}`,
  );

it('gets each record once, from a host that knows how it ended', async () => {
  records = { n2: [record(1), record(2, 5)], n3: [record(1, 4), record(2, 5)] };
  await fetchMissed(host, ['n2', 'n3']);
  expect((await ids()).sort()).toEqual(['1!', '2!']);
  expect(asked).toHaveLength(2);
  expect(asked).toContain('n3 1');
});

it('does without a host that is silent from the start or falls so', async () => {
  records = { n2: [record(1, 4)], n3: [record(1, 4)] };
  fallSilent.add('n3').add('n2');
  await fetchMissed(host, ['n2', 'n3', 'n4']);
  expect(await ids()).toEqual([]);
  fallSilent.delete('n2');
  await fetchMissed(host, ['n2', 'n3', 'n4']);
  expect(await ids()).toEqual(['1!']);
});

it('asks for nothing that is here already', async () => {
  await storeRecord(host, record(1, 4));
  await storeRecord(host, record(2));
  records = { n2: [record(1, 4), record(2)] };
  await fetchMissed(host, ['n2']);
  expect(asked).toEqual([]);
  records = { n2: [record(2, 7)] };
  await fetchMissed(host, ['n2']);
  expect((await ids()).sort()).toEqual(['1!', '2!']);
});

it('asks all hosts at once', async () => {
  const open = new Set<string>();
  let resolve: () => void = () => undefined;
  const all = new Promise<void>((done) => {
    resolve = done;
  });
  host = {
    ...host,
    peers: {
      ...host.peers,
      call: (async (other: string, name: string) => {
        if (name === 'events.list') return { events: [] };
        open.add(other);
        if (open.size === 3) resolve();
        await all;
        return { records: [] };
      }) as unknown as Host['peers']['call'],
    },
  };
  await fetchMissed(host, ['n2', 'n3', 'n4']);
  expect(open.size).toBe(3);
});
