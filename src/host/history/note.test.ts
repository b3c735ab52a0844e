import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MinimeError } from '../../contract/errors.ts';
import { keptEvents } from '../../contract/events.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { collectEvents } from './collect.ts';
import { keepEvents, readJournal } from './journal.ts';
import { noteEvent, noteOutage } from './note.ts';

let folder: string;
let fake: FakeHost;
let told: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-events-'));
  fake = new FakeHost(folder);
  told = [];
  const { config } = fake;
  if (config !== undefined) {
    fake.config = { ...config, dispatch: { port: 1, hosts: { n1: ['a'], n2: ['b'], n3: ['c'] } } };
  }
  fake.host.peers = {
    ...fake.host.peers,
    call: async (host) => {
      if (host === 'n3') throw new MinimeError({ kind: 'unreachable', message: 'down' });
      told.push(host);
      return {} as never;
    },
  };
});
afterEach(() => rm(folder, { recursive: true }));

const event = (text: string) => ({ kind: 'deployment', severity: 'info', text }) as const;
const texts = async (): Promise<string[]> => (await readJournal(fake.host)).events.map(({ text }) => text);

describe('what happens on a host', () => {
  it('is in its journal, and told to the others, of whom some are down', async () => {
    await (await noteEvent(fake.host, event('deployed'))).told;
    expect(await texts()).toEqual(['deployed']);
    expect(told).toEqual(['n2']);
  });

  it('pushes out the oldest when there is no room', async () => {
    await noteEvent(fake.host, event('first'));
    const [first] = (await readJournal(fake.host)).events;
    const later = Array.from({ length: keptEvents }, (_, n) => ({
      ...(first as NonNullable<typeof first>),
      id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      at: fake.now + 1 + n,
      text: 'later',
    }));
    await keepEvents(fake.host, later);
    expect(await texts()).toEqual(later.map(({ text }) => text));
  });

  it('is one event as long as it lasts, of which the others hear when it begins and ends', async () => {
    const failing = { kind: 'sync-failed', severity: 'error', host: 'n1', text: 'sync fails' } as const;
    await noteOutage(fake.host, failing, { over: true });
    await noteOutage(fake.host, failing);
    await noteOutage(fake.host, failing);
    fake.now += 60_000;
    await (await noteOutage(fake.host, failing, { over: true })).told;
    const { events } = await readJournal(fake.host);
    expect(events.map(({ until }) => until)).toEqual([fake.now]);
    expect(told).toEqual(['n2', 'n2']);
  });

  it('fails nothing where it cannot be written', async () => {
    await writeFile(join(folder, 'history'), 'no folder');
    await noteEvent(fake.host, event('deployed'));
    expect(told).toEqual([]);
  });
});

describe('what the engine noticed', () => {
  it('is noted from when the host first looked', async () => {
    const happened = (at: number) => ({ kind: 'host-lost', host: 'n2', at }) as const;
    fake.happenings = [happened(fake.now - 60_000)];
    await collectEvents(fake.host);
    expect(await texts()).toEqual([]);
    fake.happenings.push(happened(fake.now + 1000));
    fake.now += 20_000;
    await collectEvents(fake.host);
    await collectEvents(fake.host);
    expect(await texts()).toEqual(['n2 is no longer a member of the cluster.']);
  });
});
