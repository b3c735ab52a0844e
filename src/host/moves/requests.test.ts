import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Host } from '../host.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { addRequest, dropRequest, type MoveRequest, movesFolder, readRequests } from './requests.ts';

let folder = '';
let host: Host;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-requests-'));
  host = new FakeHost(folder).host;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const goHome = (digit: string): MoveRequest => ({
  kind: 'vm',
  uuid: `${digit.repeat(8)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}`,
  to: 'n1',
  reason: 'failback',
});

it('keeps all requests that are made at the same time', async () => {
  const requests = ['a', 'b', 'c', 'd', 'a'].map(goHome);
  await Promise.all(requests.map((request) => addRequest(host, request)));
  expect(await readRequests(host)).toEqual(requests.slice(0, 4));
  expect(await readdir(movesFolder(host))).toEqual(['requests']);
});

it('drops one and leaves the others', async () => {
  await addRequest(host, { kind: 'evacuate', reason: 'maintenance' });
  await addRequest(host, goHome('a'));
  await dropRequest(host, goHome('a'));
  await dropRequest(host, goHome('b'));
  expect(await readRequests(host)).toEqual([{ kind: 'evacuate', reason: 'maintenance' }]);
});
