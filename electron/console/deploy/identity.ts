import { createHash } from 'node:crypto';

/** Names that follow from what is deployed, so that planning the same again gives the same. */

/** A UUID (version 8: own scheme) out of the hash of the parts. */
function uuidFrom(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** Identity of a cluster: names may repeat in a company, name and machines together do not. */
export function clusterIdFor(clusterName: string, machineIds: readonly string[]): string {
  return uuidFrom('minime cluster', clusterName, ...[...machineIds].sort());
}

/** UUID of the file system on a host's quorum disk: proves which cluster's and which host's it is. */
export function quorumDiskUuid(clusterId: string, nodeName: string): string {
  return uuidFrom('minime quorum disk', clusterId, nodeName);
}

/** Label of every quorum disk of Minime, whatever cluster it belongs to; vmcl checks it before every mount. */
export const QUORUM_DISK_LABEL = 'minime-qd';
