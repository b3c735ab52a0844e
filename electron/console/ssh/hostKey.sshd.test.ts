import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedAdmin, TestConsole } from './testing/console.ts';
import { TestSshd } from './testing/sshd.ts';
import { TestHome } from './testing/users.ts';

/** Nobody has to be logged in for this: a host key that passes is followed by a refused login. */
describe('the host key', () => {
  let sshd: TestSshd;
  let home: TestHome;
  let console: TestConsole;

  beforeAll(async () => {
    sshd = await TestSshd.start({
      hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'],
      config: ['PasswordAuthentication no'],
    });
    home = new TestHome();
    console = new TestConsole(home);
  });
  beforeEach(() => rmSync(home.knownHosts, { force: true }));
  afterEach(() => console.close());
  afterAll(async () => {
    await sshd?.stop();
    home?.remove();
  });

  const name = () => `[127.0.0.1]:${sshd.port}`;
  const know = (keyLine: string) => appendFileSync(home.knownHosts, `${name()} ${keyLine}\n`);
  /** Connects; what the admin was asked, and how it ended. */
  async function contact(admin = new ScriptedAdmin()) {
    const host = console.host({ address: '127.0.0.1', port: sshd.port, user: 'root' }, admin);
    const error: unknown = await host.connect().catch((thrown: unknown) => thrown);
    return { error, asked: admin.hostKeys, state: host.state };
  }
  const passed = { kind: 'auth-failed' };

  it('of a new host is shown as ssh-keygen shows it, and filed when accepted', async () => {
    const first = await contact();
    expect(first.asked).toEqual([
      {
        kind: 'host-key',
        host: '127.0.0.1',
        keyType: 'ssh-ed25519',
        fingerprint: sshd.hostKey().fingerprint,
      },
    ]);
    expect(first.error).toMatchObject(passed);
    const listed = execFileSync('ssh-keygen', ['-l', '-F', name(), '-f', home.knownHosts]).toString();
    expect(listed).toContain(sshd.hostKey().fingerprint);

    const second = await contact();
    expect(second.asked).toEqual([]);
    expect(second.error).toMatchObject(passed);
  });

  it('that is not accepted ends the connection', async () => {
    const admin = new ScriptedAdmin();
    admin.acceptHostKeys = false;
    const { error, state } = await contact(admin);
    expect(error).toMatchObject({
      kind: 'host-key-unknown',
      info: {
        cause: expect.stringContaining(sshd.hostKey().fingerprint),
        remedy: expect.stringContaining('ssh-keygen'),
      },
    });
    expect(state.state).toBe('failed');
    expect(() => readFileSync(home.knownHosts)).toThrow('ENOENT');
  });

  it('is found under a hashed name', async () => {
    know(sshd.hostKey().line);
    execFileSync('ssh-keygen', ['-H', '-f', home.knownHosts], { stdio: 'ignore' });
    expect(readFileSync(home.knownHosts, 'utf8')).toMatch(/^\|1\|/);
    const { error, asked } = await contact();
    expect(asked).toEqual([]);
    expect(error).toMatchObject(passed);
  });

  it.each(['ecdsa', 'rsa'])('is not asked about when the host is known by its %s key', async (type) => {
    know(sshd.hostKey(type).line);
    const { error, asked } = await contact();
    expect(asked).toEqual([]);
    expect(error).toMatchObject(passed);
  });

  it('that has changed is refused, with file, line and remedy', async () => {
    const { line, fingerprint } = sshd.hostKey();
    appendFileSync(home.knownHosts, '# a comment\n');
    know(line);
    sshd.newHostKey('ed25519');
    await sshd.stopListening();
    await sshd.start();
    const { error, asked, state } = await contact();
    expect(asked).toEqual([]);
    expect(error).toMatchObject({ kind: 'host-key-changed', info: { host: '127.0.0.1' } });
    expect(state).toMatchObject({ state: 'failed', error: { kind: 'host-key-changed' } });
    const info = JSON.stringify(state.error);
    for (const part of [`${home.knownHosts}, line 2`, fingerprint, sshd.hostKey().fingerprint])
      expect(info).toContain(part);
    const remedy = state.error?.remedy?.match(/ssh-keygen .*/)?.[0] ?? '';
    expect(remedy).toContain(`-R '${name()}'`);

    execFileSync('/bin/sh', ['-c', remedy], { stdio: 'ignore' });
    expect((await contact()).asked).toHaveLength(1);
  });

  it('of another type than the known one is no first contact', async () => {
    const other = new TestHome();
    const { publicKey } = other.newKey('stranger');
    other.remove();
    // Known by a key of a type that this host does not have.
    await sshd.stopListening();
    const onlyRsa = await TestSshd.start({ hostKeyTypes: ['rsa'] });
    appendFileSync(home.knownHosts, `[127.0.0.1]:${onlyRsa.port} ${publicKey}\n`);
    const admin = new ScriptedAdmin();
    const host = console.host({ address: '127.0.0.1', port: onlyRsa.port, user: 'root' }, admin);
    await expect(host.connect()).rejects.toMatchObject({ kind: 'host-key-changed' });
    expect(admin.hostKeys).toEqual([]);
    await onlyRsa.stop();
    await sshd.start();
  });

  it('that is marked as revoked is refused', async () => {
    appendFileSync(home.knownHosts, `@revoked * ${sshd.hostKey().line}\n`);
    know(sshd.hostKey().line);
    const { error } = await contact();
    expect(error).toMatchObject({
      kind: 'host-key-changed',
      info: { cause: expect.stringContaining('revoked') },
    });
  });
});
