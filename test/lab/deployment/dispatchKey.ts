import { expect } from 'vitest';
import { hostPaths } from '../../../src/contract/manifest.ts';
import type { Lab } from '../lab.ts';

/** Uses the key with which one host asks another for everything that it must not be good for. */
export async function expectGoodForNothingElse(lab: Lab, from: string, to: string): Promise<void> {
  const [address] = lab.host(to).heartbeatAddresses;
  const options = {
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: `${hostPaths.dispatch}/known_hosts`,
    GlobalKnownHostsFile: 'none',
    HostKeyAlias: to,
    StrictHostKeyChecking: 'yes',
    BatchMode: 'yes',
  };
  const key = ['ssh', '-F', 'none', '-p', '7790', '-i', `${hostPaths.dispatch}/id_ed25519`];
  const ssh = (...more: readonly string[]) => [
    ...key,
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...more,
  ];
  const host = `root@${address}`;
  expect(await lab.exec(from, ssh(host))).toBe('minime-vmcl-dispatch-1\n');

  const command = await lab.run(from, ssh(host, 'touch', '/root/was-here'));
  expect(command.exitCode).not.toBe(0);
  expect((await lab.run(to, ['test', '-e', '/root/was-here'])).exitCode).toBe(1);

  const complaint = async (...more: readonly string[]) => (await lab.run(from, ssh(...more))).stderr;
  expect(await complaint('-tt', host)).toContain('PTY allocation request failed');
  expect(await complaint('-s', host, 'sftp')).toContain('subsystem request failed');
  expect(await complaint('-W', '127.0.0.1:22', host)).toContain('prohibited');
  const reverse = ['-o', 'ExitOnForwardFailure=yes', '-R', '7791:127.0.0.1:22', host];
  expect(await complaint(...reverse)).toContain('remote port forwarding failed');
  // From an address that is not of a heartbeat network.
  expect(await complaint(`root@${lab.host(to).address}`)).toContain('Permission denied (publickey)');
  expect(await complaint(`admin@${address}`)).toContain('Permission denied (publickey)');

  const modes = await lab.exec(from, ['find', hostPaths.dispatch, '-printf', '%m %u\\n']);
  expect(new Set(modes.trim().split('\n'))).toEqual(new Set(['700 root', '600 root']));
}
