import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { hostPaths } from '../../contract/manifest.ts';

/** A process that speaks JSON-RPC on its standard streams. */
export interface Transport {
  input: Writable;
  output: Readable;
  /** Resolves, when it has ended, with the last line it said on standard error. */
  ended: Promise<string>;
  stop(): void;
}

export type OpenTransport = (argv: readonly string[]) => Transport;

const keptStderr = 2000;

/**
 * Host keys are known by the names of the nodes, whatever address is tried. Nothing of the user's or the system's own configuration
 * counts, and nothing is ever asked. A peer that dies is noticed within about 4 s.
 */
export function sshCommand(
  node: string,
  address: string,
  port: number,
  /** This host's address on that network: the other one takes its key from nowhere else. */
  own?: string,
): string[] {
  const options = {
    IdentityFile: `${hostPaths.dispatch}/id_ed25519`,
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: `${hostPaths.dispatch}/known_hosts`,
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    HostKeyAlias: node,
    CheckHostIP: 'no',
    BatchMode: 'yes',
    PreferredAuthentications: 'publickey',
    ConnectTimeout: '2',
    ServerAliveInterval: '2',
    ServerAliveCountMax: '2',
    ControlPath: 'none',
    ...(own === undefined ? {} : { BindAddress: own }),
    LogLevel: 'ERROR',
  };
  return [
    'ssh',
    '-F',
    'none',
    '-T',
    '-p',
    String(port),
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    '--',
    `root@${address}`,
  ];
}

export const openProcess: OpenTransport = ([program = '', ...args]) => {
  const child = spawn(program, args, { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-keptStderr);
  });
  // That it ended is told by its end.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', () => resolve(said.trim().split('\n').at(-1) ?? ''));
  });
  return { input: child.stdin, output: child.stdout, ended, stop: () => child.kill('SIGTERM') };
};
