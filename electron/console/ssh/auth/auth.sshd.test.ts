import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ScriptedAdmin } from '../testing/console.ts';
import { needsRoot, useFixture } from '../testing/fixture.ts';
import { isRoot } from '../testing/sshd.ts';

const wrong = ['wrong-one', 'wrong-two', 'wrong-three', 'wrong-four'];

describe.skipIf(!isRoot)(`logging in (${needsRoot})`, () => {
  const t = useFixture();
  afterEach(() => t.sshd.authorize(t.user.name, []));

  it('with a key file asks nothing', async () => {
    const key = t.home.newKey('plain');
    t.sshd.authorize(t.user.name, [key.publicKey]);
    const admin = new ScriptedAdmin();
    const host = t.console.host(t.address({ identityFile: key.file }), admin);
    await host.connect();
    expect((await host.run(['id', '-un'])).stdout.trim()).toBe(t.user.name);
  });

  it.each([
    ['ed25519', {}],
    ['ecdsa', {}],
    ['rsa', {}],
    ['rsa', { pem: true }],
  ])('with an encrypted %s key asks for its passphrase until it is right (%o)', async (type, format) => {
    const passphrase = `passphrase-of-${type}`;
    const key = t.home.newKey(`locked-${type}-${Object.keys(format).join('')}`, {
      type,
      passphrase,
      ...format,
    });
    t.sshd.authorize(t.user.name, [key.publicKey]);
    const admin = new ScriptedAdmin({ passphrase: ['wrong-one', passphrase] });
    admin.remember = true;
    const host = t.console.host(t.address({ identityFile: key.file }), admin);
    await host.connect();
    const asked = admin.questions.filter(({ purpose }) => purpose === 'passphrase');
    expect(asked).toMatchObject([
      { keyFile: key.file, canRemember: true, questions: [{ echo: false }] },
      { keyFile: key.file, problem: 'This passphrase is wrong.' },
    ]);
    expect(asked[0]).not.toHaveProperty('problem');
    expect(t.console.store.values.get(`passphrase:${key.file}`)).toBe(passphrase);

    const again = new ScriptedAdmin();
    await t.console.host(t.address({ identityFile: key.file }), again).connect();
    expect(again.questions.map(({ purpose }) => purpose)).not.toContain('passphrase');
  });

  it('asks for no passphrase of a key that the host does not want', async () => {
    const key = t.home.newKey('unwanted', { passphrase: 'never-asked-for' });
    const admin = new ScriptedAdmin({ password: [t.user.password] });
    await t.console.host(t.address({ identityFile: key.file }), admin).connect();
    expect(admin.questions.map(({ purpose }) => purpose)).not.toContain('passphrase');
  });

  it('leaves a key out for an empty passphrase, and after three wrong ones', async () => {
    const key = t.home.newKey('forgotten', { passphrase: 'forgotten-passphrase' });
    t.sshd.authorize(t.user.name, [key.publicKey]);
    for (const passphrase of [[''], wrong.slice(0, 3)]) {
      const admin = new ScriptedAdmin({ passphrase: [...passphrase], password: [t.user.password] });
      await t.console.host(t.address({ identityFile: key.file }), admin).connect();
      expect(admin.questions.filter(({ purpose }) => purpose === 'passphrase')).toHaveLength(
        passphrase.length,
      );
      expect(admin.questions.some(({ purpose }) => purpose === 'password')).toBe(true);
    }
  });

  it('with a password asks again after a wrong one, three times at most', async () => {
    const admin = new ScriptedAdmin({ password: ['wrong-one', t.user.password] });
    await t.console.host(t.address(), admin).connect();
    expect(admin.questions.slice(0, 2)).toMatchObject([
      { purpose: 'password', user: t.user.name, host: '127.0.0.1' },
      { purpose: 'password', problem: 'The host did not accept this password.' },
    ]);

    const stubborn = new ScriptedAdmin({ password: [...wrong] });
    const host = t.console.host(t.address(), stubborn);
    await expect(host.connect()).rejects.toMatchObject({
      kind: 'auth-failed',
      info: {
        host: '127.0.0.1',
        cause: expect.stringContaining('password (3 times)'),
        remedy: expect.stringContaining('Check the user name'),
      },
    });
    expect(stubborn.questions).toHaveLength(3);
    expect(host.state).toMatchObject({ state: 'failed', error: { kind: 'auth-failed' } });
  });

  it('takes the stored password, and deletes one that proves wrong', async () => {
    const name = `password:${t.user.name}@127.0.0.1:${t.sshd.port}`;
    t.console.store.values.set(name, 'outdated-password');
    const admin = new ScriptedAdmin({ password: [t.user.password] });
    admin.remember = true;
    await t.console.host(t.address(), admin).connect();
    expect(admin.questions[0]).toMatchObject({ problem: 'The host did not accept this password.' });
    expect(t.console.store.values.get(name)).toBe(t.user.password);
    const silent = new ScriptedAdmin();
    await t.console.host(t.address(), silent).connect();
    expect(silent.questions.map(({ purpose }) => purpose)).not.toContain('password');
    t.console.store.values.clear();
  });

  it('is over when the admin declines', async () => {
    const host = t.console.host(t.address(), new ScriptedAdmin({ password: [null] }));
    await expect(host.connect()).rejects.toMatchObject({ kind: 'cancelled' });
    expect(host.state.state).toBe('failed');
  });
});

describe.skipIf(!isRoot)(`keyboard-interactive through PAM (${needsRoot})`, () => {
  const t = useFixture({ config: ['KbdInteractiveAuthentication yes', 'PasswordAuthentication no'] });

  it('asks what the host asks', async () => {
    const admin = new ScriptedAdmin({ password: ['wrong-one', t.user.password] });
    await t.console.host(t.address(), admin).connect();
    expect(admin.questions.slice(0, 2)).toMatchObject([
      {
        purpose: 'password',
        questions: [{ text: expect.stringContaining('Password'), echo: false }],
        canRemember: true,
      },
      { purpose: 'password', problem: 'The host did not accept this password.' },
    ]);
  });

  it('gives up after three wrong answers', async () => {
    const admin = new ScriptedAdmin({ password: [...wrong] });
    await expect(t.console.host(t.address(), admin).connect()).rejects.toMatchObject({
      kind: 'auth-failed',
      info: { cause: expect.stringContaining('keyboard-interactive (3 times)') },
    });
    expect(admin.questions).toHaveLength(3);
  });
});

describe.skipIf(!isRoot)(`with a key and a password (${needsRoot})`, () => {
  const t = useFixture({ config: ['AuthenticationMethods publickey,password'] });

  it('both are given', async () => {
    const key = t.home.newKey('first-factor');
    t.sshd.authorize(t.user.name, [key.publicKey]);
    const admin = new ScriptedAdmin({ password: ['wrong-one', t.user.password] });
    const host = t.console.host(t.address({ identityFile: key.file }), admin);
    await host.connect();
    expect(host.state.state).toBe('connected');
  });
});

describe.skipIf(!isRoot)(`an SSH agent (${needsRoot})`, () => {
  const t = useFixture({ config: ['PasswordAuthentication no'] });
  let socket: string;
  let stop: () => void;

  beforeAll(async () => {
    socket = join(t.home.path, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    stop = () => agent.kill();
    await new Promise((resolve) => agent.stdout.once('data', resolve));
  });
  afterAll(() => stop?.());
  const add = (file: string) =>
    execFileSync('ssh-add', ['-q', file], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
      stdio: 'ignore',
    });
  const clear = () =>
    execFileSync('ssh-add', ['-qD'], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });

  it.each(['ed25519', 'ecdsa', 'rsa'])('logs in with its %s key', async (type) => {
    clear();
    const key = t.home.newKey(`held-${type}`, { type });
    add(key.file);
    t.sshd.authorize(t.user.name, [key.publicKey]);
    const host = t.console.host(t.address(), new ScriptedAdmin(), { agent: socket });
    await host.connect();
    expect(host.state.state).toBe('connected');
  });

  it('with more keys than the host allows attempts still logs in with the last one', async () => {
    clear();
    const keys = Array.from({ length: 9 }, (_, index) => t.home.newKey(`many-${index}`));
    for (const key of keys) add(key.file);
    t.sshd.authorize(t.user.name, [keys[8]?.publicKey ?? '']);
    await t.console.host(t.address(), new ScriptedAdmin(), { agent: socket }).connect();
    t.sshd.authorize(t.user.name, []);
    await expect(
      t.console.host(t.address(), new ScriptedAdmin(), { agent: socket }).connect(),
    ).rejects.toMatchObject({
      kind: 'auth-failed',
      info: { cause: expect.stringContaining('agent key many-8') },
    });
  });

  it('signs for an encrypted key file that it holds', async () => {
    clear();
    const key = t.home.newKey('held-locked', { passphrase: 'locked-passphrase' });
    execFileSync('ssh-keygen', ['-q', '-p', '-P', 'locked-passphrase', '-N', '', '-f', key.file]);
    add(key.file);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'locked-passphrase', '-f', key.file]);
    t.sshd.authorize(t.user.name, [key.publicKey]);
    const admin = new ScriptedAdmin();
    await t.console.host(t.address({ identityFile: key.file }), admin, { agent: socket }).connect();
    expect(admin.questions.map(({ purpose }) => purpose)).not.toContain('passphrase');
  });

  it('failing, a key file that is missing is named', async () => {
    const host = t.console.host(t.address({ identityFile: '/nonexistent/key' }), new ScriptedAdmin());
    await expect(host.connect()).rejects.toMatchObject({
      info: { details: expect.stringContaining('/nonexistent/key: there is no such file') },
    });
  });

  it('that is gone does not keep the key files from being tried', async () => {
    const key = t.home.newKey('no-agent');
    t.sshd.authorize(t.user.name, [key.publicKey]);
    const address = t.address({ identityFile: key.file });
    const host = t.console.host(address, new ScriptedAdmin(), { agent: join(t.home.path, 'gone') });
    await host.connect();
    expect(host.state.state).toBe('connected');
  });
});

describe.skipIf(!isRoot)(`a host that is impatient (${needsRoot})`, () => {
  const t = useFixture({ config: ['LoginGraceTime 4'] });

  it('is connected to again when the admin took their time', async () => {
    const admin = new ScriptedAdmin({ password: [t.user.password] });
    const answer = admin.secret.bind(admin);
    admin.secret = async (question, signal) => {
      if (question.purpose === 'password') await new Promise((resolve) => setTimeout(resolve, 6_000));
      return answer(question, signal);
    };
    await t.console.host(t.address(), admin).connect();
    expect(admin.questions.filter(({ purpose }) => purpose === 'password')).toHaveLength(1);
  });
});

describe.skipIf(!isRoot)(`a host that allows few attempts (${needsRoot})`, () => {
  const t = useFixture({ config: ['MaxAuthTries 2'] });

  it('is connected to again', async () => {
    const admin = new ScriptedAdmin({ password: ['wrong-one', 'wrong-two', t.user.password] });
    await t.console.host(t.address(), admin).connect();
    expect(admin.questions.filter(({ purpose }) => purpose === 'password')).toHaveLength(3);
  });
});

describe.skipIf(!isRoot)(`an account that has expired (${needsRoot})`, () => {
  const t = useFixture();

  it('is told in the words of the host', async () => {
    t.user.expire();
    const host = t.console.host(t.address(), new ScriptedAdmin({ password: [t.user.password] }));
    await expect(host.connect()).rejects.toMatchObject({
      kind: 'unreachable',
      info: { cause: expect.stringContaining('expired') },
    });
  });
});

describe.skipIf(!isRoot)(`an account that has to change its password (${needsRoot})`, () => {
  const t = useFixture();

  it('is told so', async () => {
    t.user.outdatePassword();
    const host = t.console.host(t.address(), new ScriptedAdmin({ password: [t.user.password] }));
    await expect(host.connect()).rejects.toMatchObject({
      kind: 'not-permitted',
      info: {
        message: expect.stringContaining('change its password'),
        remedy: expect.stringContaining('new password'),
      },
    });
    expect(host.state.state).toBe('failed');
  });
});
