import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';

/** A deployment of n1, n2, … on two heartbeat links, fenced by a poison-pill disk. */
export function specOf(hosts: number, changes: Partial<DeploymentSpec> = {}): DeploymentSpec {
  const numbers = Array.from({ length: hosts }, (_, index) => index + 1);
  return {
    clusterName: 'office',
    hosts: numbers.map((number) => ({
      hostId: `id-${number}`,
      nodeName: `n${number}`,
      linkAddresses: [`10.0.1.${10 + number}`, `10.0.2.${10 + number}`],
    })),
    transport: { kind: 'knet' },
    tokenMs: 3000,
    quorumDisks: {
      kind: 'device',
      devices: Object.fromEntries(numbers.map((number) => [`n${number}`, `/dev/disk/by-id/qd-n${number}`])),
    },
    fencing: { method: 'sbd-disk', devices: ['/dev/disk/by-id/sbd'], watchdog: { device: '/dev/watchdog' } },
    sharedFolders: ['/srv/vms'],
    ...changes,
  };
}
