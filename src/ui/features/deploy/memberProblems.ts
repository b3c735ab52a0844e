import { deploymentSpecSchema } from '../../../contract/deployment.ts';
import type { Cluster } from '../../store/selectors/clusters.ts';
import type { NewMember } from './defaults/newMember.ts';

const hostSchema = deploymentSpecSchema.shape.hosts.element;

/** What is wrong with the fields of a host that joins; by `nodeName`, `link:N` and `quorumDiskDevice`. */
export function memberProblems(member: NewMember, cluster: Cluster): Record<string, string> {
  const problems: Record<string, string> = {};
  const parsed = hostSchema.safeParse({
    hostId: 'new',
    nodeName: member.nodeName.trim(),
    linkAddresses: member.linkAddresses.map((text) => text.trim()),
  });
  for (const { path, message } of parsed.success ? [] : parsed.error.issues) {
    if (path[0] === 'nodeName') problems.nodeName ??= message;
    else problems[`link:${String(path[1] ?? 0)}`] ??= 'Enter the IP address of this host on this link.';
  }
  const taken = cluster.view.members.map(({ name }) => name.toLowerCase());
  if (taken.includes(member.nodeName.trim().toLowerCase())) {
    problems.nodeName ??= 'The cluster has a host of this name.';
  }
  if (member.quorumDiskDevice !== null && !member.quorumDiskDevice.trim().startsWith('/dev/')) {
    problems.quorumDiskDevice ??= 'Choose a device under /dev.';
  }
  return problems;
}
