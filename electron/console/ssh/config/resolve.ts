import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { MinimeError } from '../../../../src/contract/errors.ts';
import type { HostAddress } from '../../../../src/contract/inventory.ts';
import type { Identity, SshTarget } from '../target.ts';
import { type Hop, parseProxyJump } from './jump.ts';
import { type HostSettings, readSettings } from './settings.ts';
import { expandPath, expandTokens, type Tokens } from './tokens.ts';

/** What of this machine decides how hosts are logged in to; another one can be given in tests. */
export interface SshEnvironment {
  home: string;
  localUser: string;
  /** Socket or pipe of the SSH agent; null: none. */
  agent: string | null;
  /** Where ssh_config and ssh_known_hosts of the whole machine are. */
  systemFolder: string;
}

export function systemEnvironment(): SshEnvironment {
  const windows = process.platform === 'win32';
  return {
    home: homedir(),
    localUser: userInfo().username,
    agent: process.env['SSH_AUTH_SOCK'] ?? (windows ? '\\\\.\\pipe\\openssh-ssh-agent' : null),
    systemFolder: windows ? `${process.env['PROGRAMDATA'] ?? 'C:\\ProgramData'}\\ssh` : '/etc/ssh',
  };
}

const DEFAULT_IDENTITIES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const MAX_JUMPS = 8;

/**
 * Applies ~/.ssh/config and /etc/ssh/ssh_config to an address. What the admin entered goes before the configuration.
 * Rejects with `invalid-input` for configuration that is broken, and `unsupported` for ProxyCommand.
 */
export function resolveTarget(address: HostAddress, environment: SshEnvironment): Promise<SshTarget> {
  return resolve(address, environment, null, 0);
}

/** `hops`: the way that is prescribed by who is reached through this host; null: its own configuration says. */
async function resolve(
  address: HostAddress,
  environment: SshEnvironment,
  hops: Hop[] | null,
  depth: number,
): Promise<SshTarget> {
  const label = address.address;
  const settings = await readSettings(environment, { host: label, user: address.user });
  const ssh = join(environment.home, '.ssh');
  const user = address.user ?? settings.one('user') ?? environment.localUser;
  const port = address.port ?? Number(settings.one('port') ?? 22);
  const bare: Tokens = { hostname: label, original: label, port, user, ...environment };
  const configured = settings.one('hostname');
  const hostname = configured === undefined ? label : expandTokens(configured, bare);
  const tokens = { ...bare, hostname };
  const path = (each: string) => expandPath(each, tokens, ssh);
  const filesOf = (keyword: string, fallback: string[]) => {
    const files = settings.all(keyword);
    if (files[0] === undefined) return fallback;
    return files[0].toLowerCase() === 'none' ? [] : files.map(path);
  };
  const alias = settings.one('hostkeyalias');
  const way = (hops ?? waysOf(settings, label)).filter(
    (hop) => hop.address !== label && hop.address !== hostname,
  );
  const last = way.at(-1);
  if (last !== undefined && depth === MAX_JUMPS) throw tooManyJumps(label);
  return {
    label,
    hostname,
    port,
    user,
    ...(alias === undefined ? {} : { hostKeyAlias: alias }),
    identities: identities(address, settings, path, ssh),
    identitiesOnly: settings.isYes('identitiesonly'),
    agent: agentOf(settings, environment, path),
    knownHosts: [
      ...filesOf('userknownhostsfile', [join(ssh, 'known_hosts'), join(ssh, 'known_hosts2')]),
      ...filesOf('globalknownhostsfile', [
        join(environment.systemFolder, 'ssh_known_hosts'),
        join(environment.systemFolder, 'ssh_known_hosts2'),
      ]),
    ],
    hashKnownHosts: settings.isYes('hashknownhosts'),
    ...(last === undefined
      ? {}
      : { jump: await resolve(last, environment, way.length === 1 ? null : way.slice(0, -1), depth + 1) }),
  };
}

function waysOf(settings: HostSettings, label: string): Hop[] {
  const jump = settings.one('proxyjump');
  if (jump !== undefined) return parseProxyJump(jump, label);
  const command = settings.all('proxycommand').join(' ');
  if (command === '' || command.toLowerCase() === 'none') return [];
  throw new MinimeError({
    kind: 'unsupported',
    host: label,
    message: `The SSH configuration reaches ${label} through a ProxyCommand, which Minime does not run.`,
    cause: `ProxyCommand ${command}`,
    remedy: 'Use ProxyJump for this host in ~/.ssh/config.',
  });
}

/** As in ssh, the default files count only where the configuration names none. */
function identities(
  address: HostAddress,
  settings: HostSettings,
  path: (each: string) => string,
  ssh: string,
): Identity[] {
  const configured = settings.all('identityfile');
  const list: Identity[] =
    configured.length > 0
      ? configured
          .filter((each) => each.toLowerCase() !== 'none')
          .map((each) => ({ path: path(each), origin: 'config' }))
      : DEFAULT_IDENTITIES.map((name) => ({ path: join(ssh, name), origin: 'default' }));
  if (address.identityFile !== undefined) {
    const entered = path(address.identityFile);
    return [{ path: entered, origin: 'entered' }, ...list.filter((each) => each.path !== entered)];
  }
  return list;
}

function agentOf(
  settings: HostSettings,
  environment: SshEnvironment,
  path: (each: string) => string,
): string | null {
  const value = settings.one('identityagent');
  if (value === undefined || value === 'SSH_AUTH_SOCK') return environment.agent;
  if (value.toLowerCase() === 'none') return null;
  return value.startsWith('$') && !value.startsWith('${')
    ? (process.env[value.slice(1)] ?? null)
    : path(value);
}

function tooManyJumps(label: string): MinimeError {
  return new MinimeError({
    kind: 'invalid-input',
    host: label,
    message: `The jump hosts lead in a circle, or through more than ${MAX_JUMPS} hosts.`,
    remedy: 'Correct ProxyJump in ~/.ssh/config.',
  });
}
