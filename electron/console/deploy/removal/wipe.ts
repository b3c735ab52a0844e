import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import type { Node } from '../context.ts';
import type { Probe } from '../facts/probe.ts';
import { SBD_AREA } from '../facts/sbdHeader.ts';
import { poisonPillContent, strangers } from '../plan/poisonPill.ts';
import { quorumDiskContent, quorumDiskSource } from '../plan/quorumDisks.ts';
import { commandStep, type Step } from '../plan/step.ts';

/** Takes a quorum disk's identity off it, if it is this cluster's; one that is not is left as it is. */
export function wipeQuorumDisk(
  leader: Node,
  cluster: { spec: DeploymentSpec; clusterId: string },
  nodeName: string,
): Step {
  const { spec, clusterId } = cluster;
  const source = quorumDiskSource(spec, nodeName);
  const image = spec.quorumDisks.kind === 'image';
  return commandStep(
    leader,
    'wipe',
    `quorum-disk-${nodeName}`,
    image ? `Delete the image of ${nodeName}'s quorum disk` : `Erase the quorum disk of ${nodeName}`,
    {
      argv: image ? ['rm', '--force', '--', source] : ['wipefs', '--all', '--quiet', source],
      done: async (probe: Probe) =>
        (await quorumDiskContent(probe, source, { clusterId, nodeName })).kind !== 'ours',
      interruptible: false,
    },
    { destructive: true },
  );
}

/** Erases the poison-pill disks, unless a host of another cluster has a slot on them. */
export function wipePoisonPills(leader: Node, spec: DeploymentSpec, nodeNames: readonly string[]): Step[] {
  if (spec.fencing.method !== 'sbd-disk') return [];
  return spec.fencing.devices.map((device, index) =>
    commandStep(
      leader,
      'wipe',
      `poison-pill-${index}`,
      `Erase the poison-pill disk ${device}`,
      {
        argv: [
          ...['dd', 'if=/dev/zero', `of=${device}`, 'bs=4096', `count=${SBD_AREA / 4096}`],
          ...['oflag=direct', 'conv=notrunc,fsync', 'status=none'],
        ],
        done: async (probe) => {
          const content = await poisonPillContent(probe, device);
          return content.kind !== 'sbd' || strangers(content.header, nodeNames).length > 0;
        },
        interruptible: false,
      },
      { destructive: true },
    ),
  );
}
