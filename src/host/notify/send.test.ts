import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MinimeError } from '../../contract/errors.ts';
import { readJournal } from '../history/journal.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { fencingFailedMessage } from './message.ts';
import { notify, sendTest } from './send.ts';
import { setNotifications } from './settings.ts';

let folder: string;
let fake: FakeHost;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-notify-'));
  fake = new FakeHost(folder);
  await setNotifications(
    fake.host,
    { email: { to: ['ops@example.net'] }, webhook: { url: 'https://hooks.example.net/x' } },
    { revision: 0, by: 'anna@desk' },
  );
});
afterEach(() => rm(folder, { recursive: true }));

const failures = async () =>
  (await readJournal(fake.host)).events
    .filter(({ kind }) => kind === 'notification-failed')
    .map(({ subject, until }) => [subject, until === undefined]);

describe('a notification', () => {
  it('goes out on all ways', async () => {
    await notify(fake.host, fencingFailedMessage('n2'));
    expect(fake.mails.map(({ to, subject }) => [to, subject])).toEqual([
      [['ops@example.net'], '[lab] The fencing of n2 failed: its VMs stay down.'],
    ]);
    expect(fake.posts).toMatchObject([
      { kind: 'fencing-failed', cluster: { id: 'c1', name: 'lab' }, host: 'n1' },
    ]);
    expect(await failures()).toEqual([]);
  });

  it('is tried again where it is not taken, and holds up no other way', async () => {
    let tries = 0;
    fake.onPost = async () => {
      tries += 1;
      if (tries < 3) throw new MinimeError({ kind: 'unreachable', message: 'not now' });
    };
    await notify(fake.host, fencingFailedMessage('n2'));
    expect([tries, fake.mails.length, fake.posts.length]).toEqual([3, 1, 1]);
    expect(await failures()).toEqual([]);
  });

  it('that nobody takes is an event, until one is taken again', async () => {
    fake.onMail = () => Promise.reject(new MinimeError({ kind: 'unsupported', message: 'no sendmail' }));
    await notify(fake.host, fencingFailedMessage('n2'));
    await notify(fake.host, fencingFailedMessage('n3'));
    expect(await failures()).toEqual([['e-mail', true]]);
    fake.onMail = () => Promise.resolve();
    await notify(fake.host, fencingFailedMessage('n2'));
    expect(await failures()).toEqual([['e-mail', false]]);
  });

  it('for a test is tried once, and tells what became of it', async () => {
    let tries = 0;
    fake.onPost = () => {
      tries += 1;
      return Promise.reject(new MinimeError({ kind: 'tool-failed', message: 'HTTP status 404.' }));
    };
    expect(await sendTest(fake.host)).toEqual({
      email: { state: 'sent' },
      webhook: { state: 'failed', reason: 'HTTP status 404.' },
    });
    expect(tries).toBe(1);
    expect(await failures()).toEqual([]);
  });

  it('goes nowhere if nobody has set where', async () => {
    await setNotifications(fake.host, { email: null, webhook: null }, { revision: 1, by: 'anna@desk' });
    expect(await sendTest(fake.host)).toEqual({ email: { state: 'off' }, webhook: { state: 'off' } });
    expect([fake.mails, fake.posts]).toEqual([[], []]);
  });
});
