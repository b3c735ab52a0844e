import type { HostConfig } from '../contract/manifest.ts';
import { addressOf } from './world/network.ts';
import { poisonPillDisk, sharedFolder } from './world/sharedStorage.ts';

export const clusterIdOf = (clusterName: string): string => `embedded-${clusterName}`;

/** What a deployment would have put on this host. */
export function hostConfig(clusterName: string, hosts: readonly string[], host: string): HostConfig {
  return {
    format: 1,
    clusterId: clusterIdOf(clusterName),
    clusterName,
    nodeName: host,
    quorumDisks: hosts.map((home) => ({
      home,
      kind: 'image',
      source: `${sharedFolder}/quorum-disks/${home}.img`,
    })),
    fencing: { method: 'sbd-disk', devices: [poisonPillDisk] },
    dispatch: {
      port: 7790,
      hosts: Object.fromEntries(
        hosts.map((each, index) => [each, [addressOf(index, 0), addressOf(index, 1)]]),
      ),
    },
    sharedFolders: [`${sharedFolder}/images`],
  };
}
