import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { ScriptedAdmin } from '../testing/console.ts';
import { needsRoot, useFixture } from '../testing/fixture.ts';
import { isRoot } from '../testing/sshd.ts';
import { TestUser } from '../testing/users.ts';

describe.skipIf(!isRoot)(`root rights (${needsRoot})`, () => {
  const t = useFixture();
  afterEach(() => t.user.denySudo());

  /** Logs in with a key, so that no password is known. */
  function withKey(admin: ScriptedAdmin) {
    const key = t.home.newKey(`sudo-${Math.random()}`);
    t.sshd.authorize(t.user.name, [key.publicKey]);
    return t.console.host(t.address({ identityFile: key.file }), admin);
  }
  const stdin = `first line\n${'x'.repeat(200_000)}\n\0end`;

  it('of root are used as they are', async () => {
    const key = t.home.newKey('root');
    t.sshd.authorize('root', [key.publicKey]);
    const host = t.console.host(t.address({ user: 'root', identityFile: key.file }));
    await host.connect();
    expect(host.state.privilege).toBe('root');
    expect((await host.run(['id', '-u'], { asRoot: true })).stdout).toBe('0\n');
  });

  it('through sudo without a password', async () => {
    t.user.allowSudo('ALL=(ALL) NOPASSWD: ALL');
    const admin = new ScriptedAdmin();
    const host = withKey(admin);
    await host.connect();
    expect(host.state.privilege).toBe('sudo');
    expect(admin.questions).toEqual([]);
    expect((await host.run(['id', '-u'], { asRoot: true })).stdout).toBe('0\n');
    expect((await host.run(['id', '-u'])).stdout).toBe(`${t.user.uid}\n`);
    expect((await host.run(['cat'], { asRoot: true, stdin })).stdout).toBe(stdin);
  });

  it.each([
    ['', []],
    ['with its own terminal', ['Defaults:USER use_pty']],
    ['without', ['Defaults:USER !use_pty']],
    ['and a lecture', ['Defaults:USER lecture=always']],
  ])('through sudo with a password, asked for until it is right %s', async (_, defaults) => {
    t.user.allowSudo('ALL=(ALL) ALL', defaults);
    const admin = new ScriptedAdmin({ sudo: ['wrong-one', t.user.password] });
    admin.remember = true;
    const host = withKey(admin);
    await host.connect();
    expect(host.state.privilege).toBe('sudo-password');
    expect(admin.questions).toMatchObject([
      { purpose: 'sudo', user: t.user.name, canRemember: true },
      { purpose: 'sudo', problem: 'sudo did not accept this password.' },
    ]);
    expect(t.console.store.values.get(`sudo:${t.user.name}@127.0.0.1:${t.sshd.port}`)).toBe(t.user.password);
    t.console.store.values.clear();

    expect(await host.exec(['sh', '-c', 'id -u; echo err >&2; exit 5'], { asRoot: true })).toEqual({
      ...{ code: 5, stdout: '0\n', stderr: 'err\n' },
    });
    expect((await host.run(['cat'], { asRoot: true, stdin })).stdout).toBe(stdin);
    expect((await host.run(['cat'], { asRoot: true })).stdout).toBe('');
    const processes = await host.run(['ps', '-eo', 'args'], { asRoot: true });
    expect(processes.stdout).not.toContain(t.user.password);
  });

  it('the login password is tried before asking', async () => {
    t.user.allowSudo('ALL=(ALL) ALL');
    const admin = new ScriptedAdmin({ password: [t.user.password] });
    const host = t.console.host(t.address(), admin);
    await host.connect();
    expect(host.state.privilege).toBe('sudo-password');
    expect(admin.questions.map(({ purpose }) => purpose)).toEqual(['password']);
  });

  it('the password does not reach the program when sudo stops asking for it', async () => {
    t.user.allowSudo('ALL=(ALL) ALL');
    const host = withKey(new ScriptedAdmin({ sudo: [t.user.password] }));
    await host.connect();
    t.user.allowSudo('ALL=(ALL) NOPASSWD: ALL');
    expect((await host.run(['cat'], { asRoot: true, stdin })).stdout).toBe(stdin);
  });

  it('what is meant for the program is not tried as a password when it has changed', async () => {
    const other = new TestUser();
    onTestFinished(() => {
      t.console.close();
      other.remove();
    });
    const key = t.home.newKey('other');
    t.sshd.authorize(other.name, [key.publicKey]);
    other.allowSudo('ALL=(ALL) ALL');
    const address = t.address({ user: other.name, identityFile: key.file });
    const host = t.console.host(address, new ScriptedAdmin({ sudo: [other.password] }));
    await host.connect();
    other.setPassword('changed-meanwhile');
    const tried = host.run(['cat'], { asRoot: true, stdin: 'changed-meanwhile\nchanged-meanwhile\n' });
    await expect(tried).rejects.toMatchObject({
      kind: 'auth-failed',
      message: expect.stringContaining('sudo password'),
    });
  });

  it('are not had by an account that sudo does not know', async () => {
    const admin = new ScriptedAdmin({ password: [t.user.password], sudo: [] });
    const host = t.console.host(t.address(), admin);
    await host.connect();
    expect(host.state).toMatchObject({ state: 'connected', privilege: 'none' });
    await expect(host.run(['true'], { asRoot: true })).rejects.toMatchObject({
      kind: 'not-permitted',
      info: {
        host: '127.0.0.1',
        cause: expect.stringContaining('sudo does not allow'),
        remedy: expect.stringContaining('group sudo'),
      },
    });
    await expect(host.readFile('/etc/hostname')).rejects.toMatchObject({ kind: 'not-permitted' });
    expect((await host.run(['echo', 'fine'])).stdout).toBe('fine\n');
  });

  it('are not had when the password stays wrong, or is not given', async () => {
    t.user.allowSudo('ALL=(ALL) ALL');
    for (const answers of [['wrong-one', 'wrong-two', 'wrong-three', 'wrong-four'], [null]]) {
      const admin = new ScriptedAdmin({ sudo: answers });
      const host = withKey(admin);
      await host.connect();
      expect(host.state.privilege).toBe('none');
      expect(admin.questions.length).toBeLessThanOrEqual(3);
      await expect(host.run(['true'], { asRoot: true })).rejects.toThrow(/sudo password|root rights/);
    }
  });

  it('are not had where sudo insists on a terminal', async () => {
    t.user.allowSudo('ALL=(ALL) NOPASSWD: ALL', ['Defaults:USER requiretty']);
    const host = withKey(new ScriptedAdmin());
    await host.connect();
    await expect(host.run(['true'], { asRoot: true })).rejects.toMatchObject({
      kind: 'not-permitted',
      info: { cause: expect.stringContaining('requiretty'), remedy: expect.stringContaining('sudoers') },
    });
  });
});
