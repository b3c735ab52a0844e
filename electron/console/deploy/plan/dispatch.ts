import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { hostPaths } from '../../../../src/contract/manifest.ts';
import { type DispatchKey, dispatchFacts, dispatchKeyPaths, publicKey } from '../facts/dispatchFacts.ts';
import { probeOf } from '../facts/probe.ts';
import type { Design } from './design.ts';
import type { PlannedFile } from './files.ts';
import type { Inspection } from './inspection.ts';
import { commandStep, type Step } from './step.ts';

/** Where hosts ask each other: an sshd of Minime's own, apart from the distribution's. */
export const DISPATCH_PORT = 7790;
const AUTHORIZED_KEYS = `${hostPaths.dispatch}/authorized_keys`;
export const SSHD_CONFIG = `${hostPaths.dispatch}/sshd_config`;
const KNOWN_HOSTS = `${hostPaths.dispatch}/known_hosts`;
/** What `dispatchFiles` writes. */
export const dispatchPaths = [SSHD_CONFIG, AUTHORIZED_KEYS, KNOWN_HOSTS] as const;

/**
 * Each host makes its keys itself; they are the same in every later plan. Under another name first, so that a half that
 * a crash left behind is never taken for a pair.
 */
const MAKE_KEY = `set -e
umask 077
rm -f "$1.new" "$1.new.pub"
ssh-keygen -q -t ed25519 -N "" -C "$2" -f "$1.new"
mv "$1.new.pub" "$1.pub"
mv "$1.new" "$1"`;

export function keySteps({ node }: Inspection): Step[] {
  const make = (key: DispatchKey, title: string) =>
    commandStep(node, 'keys', key, title, {
      argv: ['sh', '-c', MAKE_KEY, 'sh', dispatchKeyPaths[key], `minime-${node.name}`],
      done: async (probe) => (await publicKey(probe, dispatchKeyPaths[key])) !== null,
    });
  return [
    commandStep(node, 'keys', 'folder', 'Make the folder of the keys', {
      argv: ['install', '--directory', '--mode=0700', hostPaths.dispatch],
      done: async (probe) => {
        const answer = await probe.exec('stat', '--format=%a %U %F', hostPaths.dispatch);
        return answer.stdout.trim() === '700 root directory';
      },
    }),
    make('client', `Make the key that ${node.name} asks other hosts with`),
    make('host', `Make the key that other hosts know ${node.name} by`),
  ];
}

/** True once every host has its keys: what is put on the hosts is known as a whole then. */
export function hasAllKeys(plan: Pick<Design, 'hosts'>): boolean {
  return plan.hosts.every(({ dispatch }) => dispatch.keys.client !== null && dispatch.keys.host !== null);
}

/** The same design with the keys that the hosts have made since it was thought out. */
export async function withMadeKeys(plan: Design, signal: AbortSignal): Promise<Design> {
  const hosts = await Promise.all(
    plan.hosts.map(async (host) => ({
      ...host,
      dispatch: await dispatchFacts(probeOf(host.node.remote, signal)),
    })),
  );
  return { ...plan, hosts };
}

/** As it is in `host.json`. */
export function dispatchOf(spec: DeploymentSpec): { port: number; hosts: Record<string, string[]> } {
  return {
    port: DISPATCH_PORT,
    hosts: Object.fromEntries(spec.hosts.map((host) => [host.nodeName, host.linkAddresses])),
  };
}

/** Who may ask this host, whom it knows, and how its sshd does. */
export function dispatchFiles(plan: Design, own: Inspection): PlannedFile[] {
  const peers = plan.hosts.filter((host) => host !== own);
  return [
    {
      title: 'Write how other hosts may ask this one',
      path: SSHD_CONFIG,
      mode: '0600',
      ...whole(sshdConfig(own.dispatch.rootLocked)),
    },
    {
      title: 'Write which hosts may ask this one',
      path: AUTHORIZED_KEYS,
      mode: '0600',
      ...completed(
        peers.map((peer) => peer.dispatch.keys.client),
        peers.map(({ node: { name } }) => ({
          name,
          line: (key) =>
            `restrict,command="${hostPaths.command} dispatch",from="${addressesOf(plan.spec, name).join(',')}" ${key} minime-${name}`,
        })),
      ),
    },
    {
      title: 'Write the keys that other hosts are known by',
      path: KNOWN_HOSTS,
      mode: '0600',
      ...completed(
        plan.hosts.map((host) => host.dispatch.keys.host),
        plan.hosts.map(({ node: { name } }) => ({ name, line: (key) => `${name} ${key}` })),
      ),
    },
  ];
}

/** Files that hosts make for themselves: the manifest knows their names and modes only. */
export const hostMadeFiles: readonly { path: string; mode: string }[] = Object.values(
  dispatchKeyPaths,
).flatMap((path) => [
  { path, mode: '0600' },
  { path: `${path}.pub`, mode: '0600' },
]);

type Content = Pick<PlannedFile, 'bytes' | 'shown'>;

const whole = (text: string): Content => ({ bytes: Buffer.from(text), shown: text });

/** Without a key the review says where it will come from, and the file is written when the key is there. */
function completed(
  keys: readonly (string | null)[],
  entries: readonly { name: string; line: (key: string) => string }[],
): Content {
  const shown = entries
    .map(({ name, line }, index) =>
      line(keys[index] ?? `(the public key that ${name} makes in this deployment)`),
    )
    .map((line) => `${line}\n`)
    .join('');
  return keys.includes(null) ? { bytes: null, shown } : whole(shown);
}

function addressesOf(spec: DeploymentSpec, nodeName: string): readonly string[] {
  return spec.hosts.find((host) => host.nodeName === nodeName)?.linkAddresses ?? [];
}

/**
 * It listens on every address: one that is not up yet when it starts, or comes back later, is served as well, which
 * `ListenAddress` could not do. What limits it to the heartbeat networks is `from` in authorized_keys. Whoever gets past
 * the key still gets `vmcl dispatch` and nothing else: said for the key and for the whole sshd.
 */
function sshdConfig(rootLocked: boolean): string {
  const lines = [
    '# Written by Minime: how the other hosts of the cluster ask this one. Not the sshd that you log in to.',
    `Port ${DISPATCH_PORT}`,
    `HostKey ${dispatchKeyPaths.host}`,
    'PidFile none',
    `AuthorizedKeysFile ${AUTHORIZED_KEYS}`,
    'StrictModes yes',
    'AllowUsers root',
    'PermitRootLogin forced-commands-only',
    'AuthenticationMethods publickey',
    'PubkeyAuthentication yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'HostbasedAuthentication no',
    ...(rootLocked
      ? [
          '# The password of root is locked: without PAM sshd would refuse every key of root as well.',
          'UsePAM yes',
        ]
      : ['UsePAM no']),
    `ForceCommand ${hostPaths.command} dispatch`,
    'DisableForwarding yes',
    'AllowTcpForwarding no',
    'AllowStreamLocalForwarding no',
    'AllowAgentForwarding no',
    'X11Forwarding no',
    'PermitTunnel no',
    'PermitTTY no',
    'PermitUserRC no',
    'PermitUserEnvironment no',
    'UseDNS no',
    'PrintMotd no',
    'PrintLastLog no',
    'LoginGraceTime 10',
    'MaxAuthTries 2',
    'MaxStartups 64:30:128',
    'ClientAliveInterval 5',
    'ClientAliveCountMax 3',
  ];
  return `${lines.join('\n')}\n`;
}
