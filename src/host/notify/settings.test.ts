import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readJournal } from '../history/journal.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { readWays, setNotifications, viewNotifications } from './settings.ts';

const url = 'https://hooks.example.net/services/T0/very-secret';
const email = { to: ['ops@example.net'] };
let folder: string;
let fake: FakeHost;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-notify-'));
  fake = new FakeHost(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const set = (revision: number, settings: Parameters<typeof setNotifications>[1]) =>
  setNotifications(fake.host, settings, { revision, by: 'anna@desk' });

describe('the settings of notifications', () => {
  it('have nothing of the webhook in what the cluster keeps, shows and notes', async () => {
    expect(await set(0, { email, webhook: { url } })).toBe(1);
    const { view, problems } = await viewNotifications(fake.host);
    const { events } = await readJournal(fake.host);
    for (const shown of [[...fake.documents.values()], view, events]) {
      expect(JSON.stringify(shown)).not.toContain('very-secret');
    }
    expect(view).toMatchObject({ email, webhook: { server: 'https://hooks.example.net' }, revision: 1 });
    expect(problems).toEqual([]);
    expect(await readWays(fake.host)).toMatchObject({ email, webhook: { url } });
  });

  it('keep the webhook when only the rest is edited, and one document', async () => {
    await set(0, { email, webhook: { url } });
    await set(1, { email: null, webhook: 'keep' });
    expect(await readWays(fake.host)).toMatchObject({ email: null, webhook: { url } });
    expect([...fake.documents.keys()]).toEqual(['notifications-2']);
  });

  it('tell the second of two editors', async () => {
    await set(0, { email, webhook: null });
    await expect(set(0, { email: null, webhook: null })).rejects.toMatchObject({ kind: 'conflict' });
    expect(await readWays(fake.host)).toMatchObject({ email });
  });

  it('that another key sealed are a problem, and reach nobody', async () => {
    await set(0, { email, webhook: { url } });
    fake.host.clusterKey = () => Promise.resolve(Buffer.alloc(32, 2));
    expect(await readWays(fake.host)).toEqual({ email: null, webhook: null });
    const { problems, view } = await viewNotifications(fake.host);
    expect(problems.map(({ id }) => id)).toEqual(['notifications-unreadable']);
    // So that it can be set anew.
    expect(view.revision).toBe(1);
  });
});
