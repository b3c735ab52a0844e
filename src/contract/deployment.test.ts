import { describe, expect, test } from 'vitest';
import { type DeploymentSpec, deploymentSpecSchema } from './deployment.ts';

const spec: DeploymentSpec = {
  clusterName: 'demo',
  hosts: [
    { hostId: 'h1', nodeName: 'n1', linkAddresses: ['10.0.1.1', 'fd00::1'] },
    { hostId: 'h2', nodeName: 'n2', linkAddresses: ['10.0.1.2', 'fd00::2'] },
  ],
  transport: { kind: 'knet' },
  tokenMs: 1000,
  quorumDisks: { kind: 'image', folder: '/srv/vms', sizeMiB: 100 },
  fencing: { method: 'sbd-disk', devices: ['/dev/disk/by-id/sbd'], watchdog: 'none' },
  sharedFolders: ['/srv/vms'],
};

describe('a deployment spec', () => {
  test('is taken as it is', () => {
    expect(deploymentSpecSchema.parse(spec)).toEqual(spec);
  });

  const [first] = spec.hosts;
  test.each<[string, unknown]>([
    ['a cluster name for a shell', { clusterName: '$(reboot)' }],
    ['a cluster name that is an option', { clusterName: '-x' }],
    ['one host', { hosts: [first] }],
    ['a node name with a path', { hosts: [first, { ...first, nodeName: '../n2' }] }],
    ['a node name with a newline', { hosts: [first, { ...first, nodeName: 'n2\n' }] }],
    ['an address that is none', { hosts: [first, { ...first, linkAddresses: ['10.0.0.256'] }] }],
    ['no heartbeat link', { hosts: [first, { ...first, linkAddresses: [] }] }],
    ['nine heartbeat links', { hosts: [first, { ...first, linkAddresses: Array(9).fill('10.0.0.1') }] }],
    ['a folder above its own', { sharedFolders: ['/srv/../etc'] }],
    ['a folder with a newline', { sharedFolders: ['/srv\n/etc'] }],
    ['a relative folder', { sharedFolders: ['srv'] }],
    ['no shared folder', { sharedFolders: [] }],
    ['a poison-pill disk outside /dev', { fencing: { ...spec.fencing, devices: ['/etc/passwd'] } }],
    [
      'a poison-pill disk that leaves /dev',
      { fencing: { ...spec.fencing, devices: ['/dev/../etc/passwd'] } },
    ],
    ['four poison-pill disks', { fencing: { ...spec.fencing, devices: Array(4).fill('/dev/sda') } }],
    ['an agent that is none', { fencing: { method: 'agent', agent: 'rm', shared: {}, perHost: {} } }],
    [
      'a fence agent with a path',
      { fencing: { method: 'agent', agent: 'fence_x/../y', shared: {}, perHost: {} } },
    ],
    ['a token too short to tell a pause from a death', { tokenMs: 100 }],
  ])('is refused with %s', (_, different) => {
    expect(deploymentSpecSchema.safeParse({ ...spec, ...(different as object) }).success).toBe(false);
  });
});
