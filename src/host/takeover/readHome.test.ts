import { expect, it } from 'vitest';
import type { GoodDefinition, HomeDefinition, HomeDisk } from './homeDisk.ts';
import { emptyJournal } from './journalEvents.ts';
import type { MovedVm } from './moved.ts';
import { type ReadOptions, readHome } from './readHome.ts';

const good = (uuid: string, file: string): GoodDefinition => ({
  ...{ state: 'good', uuid, name: uuid, memory: 1, vcpus: 1, autostart: false, savedAt: 0 },
  file: Buffer.from(file),
});
const cutShort = (uuid: string): HomeDefinition => ({ state: 'unreadable', uuid, cause: 'It is cut short.' });
const movedTo = (to: string, uuid: string): MovedVm => ({ uuid, name: uuid, to, at: 5, cleared: false });

/** A disk whose record says that `ran` ran. */
function disk(
  ran: readonly string[],
  definitions: readonly HomeDefinition[],
  moved: readonly MovedVm[] = [],
): HomeDisk {
  const unused = (): Promise<never> => Promise.reject(new Error('nothing is written'));
  return {
    home: 'n1',
    definitions: () => Promise.resolve([...definitions]),
    runRecord: () =>
      Promise.resolve({
        state: 'good',
        value: {
          ...{ format: 1, bootId: 'before', at: 1 },
          vms: ran.map((uuid) => ({ uuid, name: uuid, memory: 1, vcpus: 1 })),
        },
      }),
    moved: () => Promise.resolve([...moved]),
    journal: () => Promise.resolve(emptyJournal),
    append: unused,
    beginJournal: unused,
    handOver: unused,
  };
}

const atHome: ReadOptions = {
  withoutRecord: 'none',
  ownDefinition: (uuid) => Promise.resolve(uuid === 'unknown' ? undefined : good(uuid, 'own')),
};

const filesOf = async (from: HomeDisk, options: ReadOptions = atHome): Promise<string[]> => {
  const { view } = await readHome(from, options);
  return view.definitions.map(
    (each) => `${each.uuid} ${each.state === 'good' ? each.file.toString() : each.state}`,
  );
};

it('takes what the hypervisor has at home for copies that are damaged or not there', async () => {
  const definitions = [good('whole', 'copy'), cutShort('damaged')];
  expect(await filesOf(disk(['whole', 'damaged', 'missing', 'unknown'], definitions))).toEqual([
    'whole copy',
    'damaged own',
    'missing own',
  ]);
});

it('takes it for what starts with the host as well, and for nothing that is not wanted', async () => {
  const from = disk([], [cutShort('started with its host'), cutShort('off')]);
  expect(await filesOf(from, { ...atHome, alsoWanted: new Set(['started with its host']) })).toEqual([
    'started with its host own',
    'off unreadable',
  ]);
});

it('takes it for nothing that has moved away, and never elsewhere', async () => {
  const definitions = [cutShort('moved')];
  expect(await filesOf(disk(['moved'], definitions, [movedTo('n2', 'moved')]))).toEqual(['moved unreadable']);
  expect(await filesOf(disk(['moved'], definitions), { withoutRecord: 'all' })).toEqual(['moved unreadable']);
});
