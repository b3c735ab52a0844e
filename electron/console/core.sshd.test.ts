import { chmodSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConsoleEvent } from '../../src/contract/consoleApi.ts';
import { memorySecrets } from './secrets/memorySecrets.ts';
import { isRoot, TestSshd } from './ssh/testing/sshd.ts';
import { TestHome, TestUser } from './ssh/testing/users.ts';
import { acceptKey, secret, TestCore } from './testing/testCore.ts';

describe.skipIf(!isRoot)('the core and a real sshd (needs root: it makes accounts)', () => {
  let sshd: TestSshd;
  let user: TestUser;
  let home: TestHome;
  let dataFolder: string;
  let secretStorage: ReturnType<typeof memorySecrets>;
  const cores: TestCore[] = [];

  const startCore = async () => {
    const core = await TestCore.start({
      dataFolder,
      secretStorage,
      sshEnvironment: { home: home.path, localUser: 'nobody', agent: null, systemFolder: '/nonexistent' },
    });
    cores.push(core);
    return core;
  };
  const address = () => ({ address: '127.0.0.1', port: sshd.port, user: user.name });
  const statesOf = (events: readonly ConsoleEvent[]) =>
    events.flatMap((event) => (event.name === 'host.connection' ? [event.data.connection.state] : []));

  beforeAll(async () => {
    sshd = await TestSshd.start();
    chmodSync(sshd.folder, 0o755); // sshd reads authorized keys as the user who logs in.
    user = new TestUser();
  });
  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'minime-core-'));
    home = new TestHome();
    secretStorage = memorySecrets();
    user.setPassword(user.password);
    user.allowSudo('ALL=(ALL) ALL');
  });
  afterEach(async () => {
    for (const core of cores.splice(0)) await core.stop();
    home.remove();
    rmSync(dataFolder, { recursive: true });
  });
  afterAll(async () => {
    await sshd.stop();
    user.remove();
  });

  test('a host is added, asks what it must, and is bare', async () => {
    const core = await startCore();
    Object.assign(core.answers, {
      'host-key': [acceptKey],
      password: [secret(user.password, true)],
    });
    const { hostId } = await core.call('hosts.add', address());
    const view = await core.reached(hostId, 'bare');
    expect(view.connection.privilege).toBe('sudo-password');

    const prompts = core.events.flatMap((event) => (event.name === 'prompt.opened' ? [event.data] : []));
    // sudo takes the password of the login, so that it is not asked for twice.
    expect(prompts.map((prompt) => (prompt.kind === 'secret' ? prompt.purpose : prompt.kind))).toEqual([
      'host-key',
      'password',
    ]);
    expect(prompts[0]).toMatchObject({ hostId, host: '127.0.0.1', fingerprint: sshd.hostKey().fingerprint });
    expect(core.events[0]?.name).toBe('host.added');
    expect(statesOf(core.events).filter((state) => state === 'awaiting-admin')).toHaveLength(2);
    expect((await core.call('snapshot', {})).prompts).toEqual([]);
  });

  test('a known host connects again by itself after a start, with remembered secrets', async () => {
    const first = await startCore();
    Object.assign(first.answers, {
      'host-key': [acceptKey],
      password: [secret(user.password, true)],
    });
    const { hostId } = await first.call('hosts.add', address());
    await first.reached(hostId, 'bare');
    await first.stop();

    const second = await startCore();
    await second.reached(hostId, 'bare');
    expect(second.events.some((event) => event.name === 'prompt.opened')).toBe(false);
  });

  test('no secret leaves the core, whatever happens to it', async () => {
    const core = await startCore();
    const wrong = 'wrong-password-of-the-admin';
    const passphrase = 'passphrase-of-the-key';
    Object.assign(core.answers, {
      'host-key': [acceptKey],
      password: [secret(wrong), secret(user.password, true)],
      passphrase: [secret(wrong), secret(passphrase, true)],
      sudo: [secret(wrong), secret(user.password, true)],
    });
    const byPassword = await core.call('hosts.add', address());
    await core.reached(byPassword.hostId, 'bare');
    expect(await secretStorage.get(`password:${user.name}@127.0.0.1:${sshd.port}`)).toBe(user.password);
    await core.call('hosts.remove', byPassword);

    const key = home.newKey('locked', { passphrase });
    sshd.authorize(user.name, [key.publicKey]);
    // What was remembered went with the host.
    expect(await secretStorage.get(`password:${user.name}@127.0.0.1:${sshd.port}`)).toBeNull();
    const byKey = await core.call('hosts.add', { ...address(), identityFile: key.file });
    await core.reached(byKey.hostId, 'bare');
    sshd.authorize(user.name, []);
    await core.try('prompts.answer', { promptId: 'none', answer: secret(wrong) });
    await core.call('snapshot', {});

    const outside = await core.everythingOutside();
    const asked = core.events.flatMap((event) =>
      event.name === 'prompt.opened' && event.data.kind === 'secret' ? [event.data.purpose] : [],
    );
    expect(asked).toEqual(['password', 'password', 'passphrase', 'passphrase', 'sudo', 'sudo']);
    for (const known of [wrong, user.password, passphrase]) expect(outside).not.toContain(known);
  });

  test('a wrong password is asked for again, then given up with a reason', async () => {
    const core = await startCore();
    Object.assign(core.answers, {
      'host-key': [acceptKey],
      password: [secret('no'), secret('nope'), secret('never')],
    });
    const { hostId } = await core.call('hosts.add', address());
    const { connection } = await core.reached(hostId, 'failed');
    expect(connection.error).toMatchObject({ kind: 'auth-failed', host: '127.0.0.1' });
    const problems = core.events.flatMap((event) =>
      event.name === 'prompt.opened' && event.data.kind === 'secret' ? [event.data.problem] : [],
    );
    expect(problems[0]).toBeUndefined();
    expect(problems.slice(1).every((problem) => problem !== undefined)).toBe(true);

    Object.assign(core.answers, { password: [secret(user.password)] });
    await core.call('hosts.connect', { hostId });
    await core.reached(hostId, 'bare');
  });

  test('a refused host key and a cancelled password end the attempt', async () => {
    const core = await startCore();
    core.answers['host-key'] = [{ kind: 'host-key', accept: false }];
    const { hostId } = await core.call('hosts.add', address());
    expect((await core.reached(hostId, 'failed')).connection.error?.kind).toBe('host-key-unknown');

    Object.assign(core.answers, { 'host-key': [acceptKey], password: [{ kind: 'cancel' }] });
    await core.call('hosts.connect', { hostId });
    await core.until(
      async () => (await core.host(hostId)).connection.error?.kind === 'cancelled',
      () => 'the cancelled login',
    );
  });

  test('a changed host key is refused without a question', async () => {
    const core = await startCore();
    Object.assign(core.answers, {
      'host-key': [acceptKey],
      password: [secret(user.password, true)],
    });
    const { hostId } = await core.call('hosts.add', address());
    await core.reached(hostId, 'bare');
    await sshd.stopListening();
    sshd.newHostKey('ed25519');
    await sshd.start();
    await core.call('hosts.disconnect', { hostId });
    await core.reached(hostId, 'disconnected');
    const before = core.events.length;
    await core.call('hosts.connect', { hostId });
    const { connection } = await core.reached(hostId, 'failed');
    expect(connection.error).toMatchObject({ kind: 'host-key-changed', host: '127.0.0.1' });
    expect(core.events.slice(before).some((event) => event.name === 'prompt.opened')).toBe(false);
  });

  test('a user without sudo rights is told so, and connects once the rights are there', async () => {
    user.denySudo();
    const core = await startCore();
    Object.assign(core.answers, {
      'host-key': [acceptKey],
      password: [secret(user.password, true)],
    });
    const { hostId } = await core.call('hosts.add', address());
    const { connection } = await core.reached(hostId, 'failed');
    expect(connection).toMatchObject({ privilege: 'none', error: { kind: 'not-permitted' } });
    expect(connection.error?.remedy).toContain('sudo');

    user.allowSudo('ALL=(ALL) NOPASSWD: ALL');
    await core.call('hosts.connect', { hostId });
    expect((await core.reached(hostId, 'bare')).connection.privilege).toBe('sudo');
  });

  test('a host that is lost is reconnecting at once and comes back without asking', async () => {
    const core = await startCore();
    Object.assign(core.answers, {
      'host-key': [acceptKey],
      password: [secret(user.password)],
    });
    const { hostId } = await core.call('hosts.add', address());
    await core.reached(hostId, 'bare');
    const before = core.events.length;
    const sessions = sshd.sessions();
    await sshd.stopListening();
    for (const pid of sessions) process.kill(pid, 'SIGKILL');
    const { connection } = await core.reached(hostId, 'reconnecting');
    expect(connection.error?.kind).toBe('unreachable');
    expect(await core.try('deploy.facts', { hostIds: [hostId] })).toMatchObject({
      ok: true,
      value: { hosts: [], errors: [{ kind: 'unreachable', host: '127.0.0.1' }] },
    });
    await sshd.start();
    await core.reached(hostId, 'bare');
    expect(core.events.slice(before).some((event) => event.name === 'prompt.opened')).toBe(false);
  });

  test('a question closes when the host is removed', async () => {
    const core = await startCore();
    const { hostId } = await core.call('hosts.add', address());
    await core.until(
      async () => (await core.call('snapshot', {})).prompts.length === 1,
      () => 'the question for the host key',
    );
    expect((await core.host(hostId)).connection.state).toBe('awaiting-admin');
    await core.call('hosts.remove', { hostId });
    const { prompts, hosts } = await core.call('snapshot', {});
    expect({ prompts, hosts }).toEqual({ prompts: [], hosts: [] });
    expect(core.events.map((event) => event.name)).toContain('prompt.closed');
    expect(core.events.at(-1)?.name).toBe('host.removed');
  });

  test('facts of a host come over its connection', async () => {
    const core = await startCore();
    Object.assign(core.answers, {
      'host-key': [acceptKey],
      password: [secret(user.password)],
    });
    const { hostId } = await core.call('hosts.add', address());
    await core.reached(hostId, 'bare');
    const { hosts, errors } = await core.call('deploy.facts', { hostIds: [hostId] });
    expect(errors).toEqual([]);
    expect(hosts[0]).toMatchObject({ hostId, distribution: { family: 'debian' } });
    expect(await core.try('hosts.sync', { hostId })).toMatchObject({
      ok: false,
      error: { kind: 'unreachable', host: '127.0.0.1' },
    });
  });
});
