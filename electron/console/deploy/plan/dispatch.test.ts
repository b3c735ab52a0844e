import { describe, expect, it } from 'vitest';
import { dispatchFacts, publicKey } from '../facts/dispatchFacts.ts';
import { probeOf } from '../facts/probe.ts';
import { ScriptedHost } from '../testing/scriptedHost.ts';
import { specOf } from '../testing/specs.ts';
import type { Design } from './design.ts';
import { dispatchFiles, dispatchOf, hasAllKeys, keySteps, withMadeKeys } from './dispatch.ts';

const key = (letter: string): string => `ssh-ed25519 ${'AAAAC3NzaC1lZDI1NTE5'.padEnd(68, letter)}`;
const signal = new AbortController().signal;

/** A host that answers ssh-keygen with what it was given, or says that there is no key. */
function hostWith(keys: Record<string, string>, shadow = 'root:$y$j9T$abc:19000::::::'): ScriptedHost {
  const host = new ScriptedHost('n1');
  for (const [path, text] of Object.entries(keys)) {
    host.files.set(`${path}.pub`, { content: Buffer.from(`${text} a comment\n`), mode: '0600' });
  }
  host.answer = (argv) => {
    if (argv[0] === 'getent') return { stdout: `${shadow}\n` };
    if (argv[0] !== 'ssh-keygen') return undefined;
    const text = keys[argv.at(-1) ?? ''];
    return text === undefined ? { code: 255 } : { stdout: `${text} a comment\n` };
  };
  return host;
}

function designOf(keys: readonly (string | null)[]): Design {
  const spec = specOf(keys.length);
  const hosts = spec.hosts.map(({ nodeName, hostId }, index) => ({
    node: { name: nodeName, hostId, remote: hostWith({}) },
    dispatch: { keys: { client: keys[index] ?? null, host: keys[index] ?? null }, rootLocked: false },
  }));
  return { spec, hosts } as unknown as Design;
}

function filesOf(plan: Design, index = 0) {
  const own = plan.hosts[index];
  if (own === undefined) throw new Error('the design has this host');
  return Object.fromEntries(
    dispatchFiles(plan, own).map((file) => [file.path.split('/').at(-1), file] as const),
  );
}

describe('what hosts need to ask each other', () => {
  it('lets in every peer, from its heartbeat addresses, for one command, and not itself', () => {
    const { authorized_keys, known_hosts } = filesOf(designOf([key('a'), key('b'), key('c')]));
    expect(authorized_keys?.bytes?.toString()).toBe(
      `restrict,command="/usr/sbin/vmcl dispatch",from="10.0.1.12,10.0.2.12" ${key('b')} minime-n2\n` +
        `restrict,command="/usr/sbin/vmcl dispatch",from="10.0.1.13,10.0.2.13" ${key('c')} minime-n3\n`,
    );
    expect(known_hosts?.bytes?.toString()).toBe(`n1 ${key('a')}\nn2 ${key('b')}\nn3 ${key('c')}\n`);
  });

  it('shows in the review where a key comes from that is not made yet, and has no content before', () => {
    const plan = designOf([key('a'), null, key('c')]);
    const { authorized_keys, known_hosts, sshd_config } = filesOf(plan);
    expect(authorized_keys).toMatchObject({ bytes: null });
    expect(authorized_keys?.shown).toContain('(the public key that n2 makes in this deployment) minime-n2\n');
    expect(authorized_keys?.shown).toContain(key('c'));
    expect(known_hosts?.bytes).toBeNull();
    expect(sshd_config?.bytes).not.toBeNull();
    expect(hasAllKeys(plan)).toBe(false);
    // n2 itself knows all keys of others.
    expect(filesOf(plan, 1)['authorized_keys']?.bytes).not.toBeNull();
  });

  it('is complete with the keys that were made meanwhile', async () => {
    const plan = designOf([null, null]);
    for (const { node } of plan.hosts) {
      const { answer, files } = hostWith({
        '/etc/minime/dispatch/id_ed25519': key('x'),
        '/etc/minime/dispatch/host_key': key('y'),
      });
      const remote = node.remote as ScriptedHost;
      remote.answer = answer;
      for (const [path, file] of files) remote.files.set(path, file);
    }
    const made = await withMadeKeys(plan, signal);
    expect(hasAllKeys(made)).toBe(true);
    expect(filesOf(made)['known_hosts']?.bytes?.toString()).toBe(`n1 ${key('y')}\nn2 ${key('y')}\n`);
  });

  it('goes through PAM only where sshd would refuse a locked root otherwise', async () => {
    const config = async (shadow: string) => {
      const dispatch = await dispatchFacts(probeOf(hostWith({}, shadow)));
      const plan = designOf([null, null]);
      const hosts = plan.hosts.map((host) => ({ ...host, dispatch }));
      return filesOf({ ...plan, hosts })['sshd_config']?.shown;
    };
    expect(await config('root:!:19000::::::')).toContain('\nUsePAM yes\n');
    expect(await config('root:!$y$j9T$abc:19000::::::')).toContain('\nUsePAM yes\n');
    expect(await config('root:*:19000::::::')).toContain('\nUsePAM no\n');
  });

  it('tells the host program where to ask', () => {
    expect(dispatchOf(specOf(2))).toEqual({
      port: 7790,
      hosts: { n1: ['10.0.1.11', '10.0.2.11'], n2: ['10.0.1.12', '10.0.2.12'] },
    });
  });
});

describe('the public key of a host', () => {
  const path = '/etc/minime/dispatch/id_ed25519';

  it('is what the private one belongs to', async () => {
    expect(await publicKey(probeOf(hostWith({ [path]: key('a') })), path)).toBe(key('a'));
  });

  it.each([
    ['there is no private key', {}, key('a')],
    ['the file beside it holds another', { [path]: key('a') }, key('b')],
    ['it could add a line', { [path]: `${key('a').slice(0, 40)}\n${key('a')}` }, key('a')],
    ['it is of another kind', { [path]: 'ssh-rsa AAAAB3NzaC1yc2E=' }, 'ssh-rsa AAAAB3NzaC1yc2E='],
  ])('counts as none if %s', async (_, keys, beside) => {
    const host = hostWith(keys);
    host.files.set(`${path}.pub`, { content: Buffer.from(beside), mode: '0600' });
    expect(await publicKey(probeOf(host), path)).toBeNull();
  });

  it('is made only where there is none', async () => {
    const [own] = designOf([null]).hosts;
    if (own === undefined) throw new Error('the design has a host');
    const [, client] = keySteps(own);
    const done = (host: ScriptedHost) =>
      client?.action.kind === 'command' ? client.action.done(probeOf(host)) : undefined;
    expect(await done(hostWith({}))).toBe(false);
    expect(await done(hostWith({ [path]: key('a') }))).toBe(true);
  });
});
