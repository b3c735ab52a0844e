import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostAddress } from '../../../../src/contract/inventory.ts';
import { resolveTarget, type SshEnvironment } from './resolve.ts';

let home: string;
let environment: SshEnvironment;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'minime-config-'));
  mkdirSync(join(home, '.ssh', 'config.d'), { recursive: true });
  mkdirSync(join(home, 'etc'));
  environment = { home, localUser: 'ann', agent: '/run/agent', systemFolder: join(home, 'etc') };
});
afterEach(() => rmSync(home, { recursive: true }));

function config(text: string, file = 'config'): void {
  writeFileSync(join(home, '.ssh', file), text, { mode: 0o600 });
}
const resolve = (address: string, more: Partial<HostAddress> = {}) =>
  resolveTarget({ address, ...more }, environment);
const ssh = (name: string) => join(home, '.ssh', name);

describe('a target', () => {
  it('without configuration is what was entered, with the defaults of ssh', async () => {
    expect(await resolve('web1')).toEqual({
      label: 'web1',
      hostname: 'web1',
      port: 22,
      user: 'ann',
      identities: ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => ({
        path: ssh(name),
        origin: 'default',
      })),
      identitiesOnly: false,
      agent: '/run/agent',
      knownHosts: [
        ...[ssh('known_hosts'), ssh('known_hosts2')],
        ...[join(home, 'etc/ssh_known_hosts'), join(home, 'etc/ssh_known_hosts2')],
      ],
      hashKnownHosts: false,
    });
  });

  it('takes the first value that matches, the entered one before all', async () => {
    config(`
      # hypervisors
      Host hv? !hv9
        HostName %h.lab.example
        Port 2222
        User root
        HostKeyAlias alias-of-hv
      host=hv*
        port 2200
        USER=operator
        HashKnownHosts yes
        UserKnownHostsFile ~/.ssh/lab_hosts /srv/hosts
    `);
    expect(await resolve('hv1')).toMatchObject({
      ...{ label: 'hv1', hostname: 'hv1.lab.example', port: 2222, user: 'root', hostKeyAlias: 'alias-of-hv' },
      hashKnownHosts: true,
      knownHosts: expect.arrayContaining([ssh('lab_hosts'), '/srv/hosts']),
    });
    expect(await resolve('hv9')).toMatchObject({ hostname: 'hv9', port: 2200, user: 'operator' });
    expect(await resolve('hv1', { port: 99, user: 'me' })).toMatchObject({ port: 99, user: 'me' });
  });

  it('reads key files with tokens, and the agent', async () => {
    config(
      'Host a\n IdentityFile ~/keys/%r@%h\n IdentityFile "%d/my key"\n IdentitiesOnly yes\n IdentityAgent none\n User u',
    );
    const target = await resolve('a', { identityFile: '~/own' });
    expect(target).toMatchObject({ identitiesOnly: true, agent: null });
    expect(target.identities).toEqual([
      { path: join(home, 'own'), origin: 'entered' },
      { path: join(home, 'keys/u@a'), origin: 'config' },
      { path: join(home, 'my key'), origin: 'config' },
    ]);
  });

  it('follows Include, at the top and inside a Host block, also of the system', async () => {
    config('Include config.d/*.conf\nHost web\n User one\n Include inner\n Port 7\nHost db\n Include inner');
    config('Host web\n HostName from-include', 'config.d/10.conf');
    config('Host *\n HostName not-read', 'config.d/20.other');
    config('IdentityFile k\nUser two\nHost d*\n Port 9\nHost w*\n HostKeyAlias inner', 'inner');
    writeFileSync(join(home, 'etc/ssh_config'), 'Host *\n User three\n HashKnownHosts yes');
    expect(await resolve('web')).toMatchObject({
      ...{ hostname: 'from-include', user: 'one', port: 7, hostKeyAlias: 'inner', hashKnownHosts: true },
      identities: [{ path: ssh('k'), origin: 'config' }],
    });
    expect(await resolve('db')).toMatchObject({ user: 'two', port: 9 });
    expect(await resolve('other')).toMatchObject({ user: 'three', port: 22, hostname: 'other' });
  });

  it('understands Match on host and user, and runs nothing for Match exec', async () => {
    config(
      `Match exec "touch ${home}/was-run"\n Port 1\nMatch host real.example user root\n Port 2222\nHost n\n hostname real.example`,
    );
    expect(await resolve('real.example', { user: 'root' })).toMatchObject({ port: 2222 });
    expect(await resolve('real.example', { user: 'ann' })).toMatchObject({ port: 22 });
  });
});

describe('jump hosts', () => {
  it('are chained, each with its own configuration', async () => {
    config(
      'Host inner\n ProxyJump ann@outer:2022,middle\nHost outer middle\n User jumper\nHost middle\n HostName 10.0.0.2\n ProxyJump ignored',
    );
    const target = await resolve('inner');
    expect(target.jump).toMatchObject({ label: 'middle', hostname: '10.0.0.2', user: 'jumper' });
    expect(target.jump?.jump).toMatchObject({ label: 'outer', port: 2022, user: 'ann' });
    expect(target.jump?.jump?.jump).toBeUndefined();
  });

  it('of a jump host count too, and a host is no jump host for itself', async () => {
    config(
      'Host inner\n ProxyJump middle\nHost middle\n ProxyJump [2001:db8::1]:23\nHost self *.self\n ProxyJump self',
    );
    expect((await resolve('inner')).jump?.jump).toMatchObject({ hostname: '2001:db8::1', port: 23 });
    const target = await resolve('a.self');
    expect(target.jump?.label).toBe('self');
    expect(target.jump?.jump).toBeUndefined();
  });

  it('that lead in a circle are refused', async () => {
    config('Host a\n ProxyJump b\nHost b\n ProxyJump a');
    await expect(resolve('a')).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringMatching(/circle/),
    });
  });

  it('by ProxyCommand are refused, unless it is none', async () => {
    config('Host a\n ProxyCommand none\nHost b\n ProxyCommand nc -X 5 %h %p');
    expect((await resolve('a')).jump).toBeUndefined();
    await expect(resolve('b')).rejects.toMatchObject({
      kind: 'unsupported',
      info: { cause: expect.stringMatching(/nc -X 5/) },
    });
  });
});

describe('broken configuration is refused, naming file and line:', () => {
  it.each([
    ['a merge conflict', 'Host a\n<<<<<<< HEAD\n Port 1', 2],
    ['a keyword alone', 'Host a\n\n HostName', 3],
    ['a port that is none', 'Host a\n Port 70000', 2],
    ['an open quotation', '# x\nIdentityFile "~/a b', 2],
    ['Match without value', 'Match host', 1],
  ])('%s', async (_, text, line) => {
    config(text);
    await expect(resolve('a')).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringContaining(`${ssh('config')}, line ${line},`),
    });
  });

  it('an included file', async () => {
    config('Include config.d/bad');
    config('Host a\nnonsense', 'config.d/bad');
    await expect(resolve('a')).rejects.toMatchObject({
      message: expect.stringContaining('config.d/bad, line 2'),
    });
  });

  it('an Include of itself', async () => {
    config('Include config');
    await expect(resolve('a')).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringMatching(/includes itself/),
    });
  });

  it('a file that others can write', async () => {
    config('Host a\n Port 1');
    chmodSync(ssh('config'), 0o666);
    await expect(resolve('a')).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringMatching(/others can change/),
    });
  });
});
