import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { MapStore, ScriptedAdmin } from '../testing/console.ts';
import type { SecretQuestion } from './prompter.ts';
import { Secrets } from './secrets.ts';

const logger = pino({ level: 'silent' });
const never = new AbortController().signal;
const question: SecretQuestion = {
  ...{ kind: 'secret', host: 'web', purpose: 'password', canRemember: true },
  questions: [{ text: 'Password:', echo: false }],
};

describe('a secret', () => {
  it('is stored only once it proved right, and if that is wanted', async () => {
    const store = new MapStore();
    const secrets = new Secrets(store, logger);
    const admin = new ScriptedAdmin({ password: ['one', 'two'] });
    admin.remember = true;
    expect(await secrets.ask('p', admin, question, never)).toBe('one');
    expect(store.values.size).toBe(0);
    await secrets.confirm('p');
    expect(store.values.get('p')).toBe('one');

    admin.remember = false;
    await secrets.ask('q', admin, question, never);
    await secrets.confirm('q');
    expect([...store.values.keys()]).toEqual(['p']);
    expect(await secrets.known('q')).toBe('two');
    secrets.forget();
    expect(await secrets.known('q')).toBeNull();
  });

  it('from the store that proves wrong is deleted there and not given again', async () => {
    const store = new MapStore();
    store.values.set('p', 'old');
    const secrets = new Secrets(store, logger);
    expect(await secrets.known('p')).toBe('old');
    await secrets.reject('p');
    expect(store.values.has('p')).toBe(false);
    expect(await secrets.known('p')).toBeNull();
  });

  it('is asked for where the store fails', async () => {
    const broken = { get: fails, set: fails, delete: fails };
    const secrets = new Secrets(broken, logger);
    expect(await secrets.known('p')).toBeNull();
    const admin = new ScriptedAdmin({ password: ['one'] });
    admin.remember = true;
    await secrets.ask('p', admin, question, never);
    await secrets.confirm('p');
    expect(await secrets.known('p')).toBe('one');
  });

  it('that the admin does not give is cancelled', async () => {
    const secrets = new Secrets(new MapStore(), logger);
    await expect(secrets.ask('p', new ScriptedAdmin(), question, never)).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});

async function fails(): Promise<never> {
  throw new Error('the keyring is locked');
}
