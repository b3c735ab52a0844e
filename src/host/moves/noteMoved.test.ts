import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Host } from '../host.ts';
import { diskOf } from '../takeover/freeze.ts';
import { changeMoved, movedOrNone, withMoved } from '../takeover/moved.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { noteMoved } from './noteMoved.ts';

const uuid = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
let folder = '';
let host: Host;
const held = new Set<string>();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-moved-'));
  held.clear();
  const fake = new FakeHost(folder);
  await mkdir(join(folder, 'n2'));
  const [own] = await fake.host.quorumDisks.mounted();
  if (own === undefined) throw new Error('no disk');
  const quorumDisks = {
    ...fake.host.quorumDisks,
    mounted: async () => [{ ...own, home: 'n2', folder: join(folder, 'n2') }],
  };
  host = {
    ...fake.host,
    quorumDisks,
    exclusively: async (what, work) => {
      if (held.has(what)) return await new Promise(() => undefined);
      return await work();
    },
  };
  const disk = await diskOf(host, 'n2');
  if (disk === undefined) throw new Error('no disk');
  const vm = { uuid, name: 'db', to: 'n1', at: 1, cleared: false };
  await changeMoved(disk, (moved) => withMoved(moved, vm));
});
afterEach(() => rm(folder, { recursive: true }));

it('does not wait for a takeover, which may wait for an admin to confirm that a host is off', async () => {
  held.add('takeover');
  expect(await noteMoved(host, { uuid, to: 'n3' })).toEqual({ known: true });
  const disk = await diskOf(host, 'n2');
  expect(disk === undefined ? [] : await movedOrNone(disk)).toMatchObject([{ uuid, to: 'n3' }]);
});

it('knows nothing of a VM that is on no list here', async () => {
  expect(await noteMoved(host, { uuid: uuid.replace('a', 'b'), to: 'n3' })).toEqual({ known: false });
});
