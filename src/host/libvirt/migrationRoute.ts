import { connect } from 'node:net';
import { type HostConfig, hostPaths } from '../../contract/manifest.ts';

type Dispatch = NonNullable<HostConfig['dispatch']>;

/** Whether somebody listens there. Never rejects. */
export type Reach = (address: string, port: number) => Promise<boolean>;

const reachWithinMs = 2000;

export const reachByTcp: Reach = (address, port) =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: reachWithinMs });
    const settle = (reached: boolean) => (): void => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', settle(true)).once('timeout', settle(false)).once('error', settle(false));
  });

/** What the other host's `vmcl dispatch` is asked to run, see `dispatch/originalCommand.ts`. */
export const destinationUri = (target: string, port: number): string =>
  `qemu+ssh://root@${target}:${port}/system?command=${encodeURIComponent(hostPaths.dispatchSsh)}&proxy=native`;

/**
 * Memory is sent to that address alone, and received there alone. A guest that writes faster than the network carries is slowed
 * down, else it would never arrive; an I/O error on the way ends the move rather than the guest.
 */
export function migrateArguments(
  uuid: string,
  target: string,
  { address, port, unsafe }: { address: string; port: number; unsafe: boolean },
): string[] {
  const host = address.includes(':') ? `[${address}]` : address;
  return [
    'migrate',
    uuid,
    destinationUri(target, port),
    '--live',
    '--persistent',
    '--auto-converge',
    '--abort-on-error',
    ...(unsafe ? ['--unsafe'] : []),
    '--migrateuri',
    `tcp://${host}`,
    '--listen-address',
    address,
  ];
}

/**
 * For `dispatch-ssh`: hosts by their names in the cluster, which their keys are known by. Nothing is ever asked, and a peer that dies
 * is noticed.
 */
export function dispatchSshConfig(dispatch: Dispatch, chosen: Readonly<Record<string, string>>): string {
  const hosts = Object.entries(dispatch.hosts).flatMap(([name, [first = name]]) => [
    `Host ${name}`,
    `  HostName ${chosen[name] ?? first}`,
    `  HostKeyAlias ${name}`,
  ]);
  return `${[
    ...hosts,
    'Host *',
    `  IdentityFile ${hostPaths.dispatch}/id_ed25519`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${hostPaths.dispatch}/known_hosts`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '  CheckHostIP no',
    '  BatchMode yes',
    '  PreferredAuthentications publickey',
    '  ConnectTimeout 5',
    '  ServerAliveInterval 5',
    '  ServerAliveCountMax 3',
    '  ControlPath none',
    '  LogLevel ERROR',
  ].join('\n')}\n`;
}
