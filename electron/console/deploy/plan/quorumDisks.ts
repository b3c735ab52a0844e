import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { MinimeError } from '../../../../src/contract/errors.ts';
import type { Node } from '../context.ts';
import { readSignatures } from '../facts/blockDevices.ts';
import type { Probe } from '../facts/probe.ts';
import { QUORUM_DISK_LABEL, quorumDiskUuid } from '../identity.ts';
import type { Design } from './design.ts';
import { commandStep, type Step } from './step.ts';

/** Device, or image file, of a host's quorum disk. Throws `invalid-input` if none was chosen. */
export function quorumDiskSource(spec: Pick<DeploymentSpec, 'quorumDisks'>, nodeName: string): string {
  const { quorumDisks } = spec;
  if (quorumDisks.kind === 'image') return `${quorumDisks.folder.replace(/\/$/, '')}/quorum-${nodeName}.img`;
  const device = quorumDisks.devices[nodeName];
  if (device !== undefined) return device;
  throw new MinimeError({
    kind: 'invalid-input',
    message: `No quorum disk is chosen for ${nodeName}.`,
    remedy: 'Choose a device for each host, or image files on shared storage.',
  });
}

/** What is found where a quorum disk is to be. */
export type QuorumDiskContent =
  | { kind: 'missing' }
  | { kind: 'empty' }
  /** Made by this deployment for this host. */
  | { kind: 'ours' }
  | { kind: 'other'; what: string };

export async function quorumDiskContent(
  probe: Probe,
  source: string,
  wanted: { clusterId: string; nodeName: string },
): Promise<QuorumDiskContent> {
  const there = await probe.exec('test', '-e', source);
  if (there.code !== 0) return { kind: 'missing' };
  const answer = await probe.exec('blkid', '--probe', '--output', 'export', source);
  const signature = readSignatures(answer.stdout).get(source);
  if (signature === undefined) {
    return answer.code === 8
      ? { kind: 'other', what: 'several contradictory signatures' }
      : await poisonPillOrEmpty(probe, source);
  }
  if (signature.label !== QUORUM_DISK_LABEL) {
    const label = signature.label === undefined ? '' : ` “${signature.label}”`;
    return { kind: 'other', what: `${signature.type}${label}` };
  }
  return signature.uuid === quorumDiskUuid(wanted.clusterId, wanted.nodeName)
    ? { kind: 'ours' }
    : { kind: 'other', what: 'the quorum disk of another host or cluster' };
}

async function poisonPillOrEmpty(probe: Probe, source: string): Promise<QuorumDiskContent> {
  const start = await probe.output('head', '--bytes=8', '--', source);
  return start === 'SBD_SBD_' ? { kind: 'other', what: 'a poison-pill disk (SBD)' } : { kind: 'empty' };
}

/**
 * ext4 with multi-mount protection: a second mount is refused while the first writes its sequence number each second.
 * Everything is initialised at once, for lazy initialisation would write for minutes after the first mount.
 */
const MKFS = [
  ...['mkfs.ext4', '-q', '-F', '-L', QUORUM_DISK_LABEL, '-m', '0', '-O', 'mmp'],
  ...['-E', 'mmp_update_interval=1,nodiscard,lazy_itable_init=0,lazy_journal_init=0'],
];

/** The leader makes every quorum disk that is not there yet, each once. */
export function formatSteps(plan: Design): Step[] {
  const { spec } = plan;
  return spec.hosts.flatMap(({ nodeName }) => {
    const source = quorumDiskSource(spec, nodeName);
    return spec.quorumDisks.kind === 'image'
      ? imageSteps(plan, nodeName, source, spec.quorumDisks.sizeMiB)
      : [deviceStep(plan, nodeName, source)];
  });
}

function deviceStep(plan: Design, nodeName: string, device: string): Step {
  const wanted = { clusterId: plan.clusterId, nodeName };
  return commandStep(
    plan.leader,
    'format',
    `quorum-disk-${nodeName}`,
    `Format the quorum disk of ${nodeName}`,
    {
      argv: [...MKFS, '-U', quorumDiskUuid(plan.clusterId, nodeName), device],
      done: async (probe) => (await quorumDiskContent(probe, device, wanted)).kind === 'ours',
      guard: async (probe) => refuseData(plan.leader, device, await quorumDiskContent(probe, device, wanted)),
      interruptible: false,
    },
    { destructive: true },
  );
}

/** Made under another name and renamed when complete: the file is either absent or a whole file system. */
function imageSteps(plan: Design, nodeName: string, image: string, sizeMiB: number): Step[] {
  const wanted = { clusterId: plan.clusterId, nodeName };
  const unfinished = `${image}.new`;
  const complete = async (probe: Probe) => (await quorumDiskContent(probe, image, wanted)).kind === 'ours';
  const formatted = async (probe: Probe) =>
    (await quorumDiskContent(probe, unfinished, wanted)).kind === 'ours';
  const step = (
    slug: string,
    title: string,
    argv: readonly string[],
    done: (probe: Probe) => Promise<boolean>,
  ) =>
    commandStep(plan.leader, 'format', `quorum-disk-${nodeName}-${slug}`, title, {
      argv,
      done: async (probe) => (await complete(probe)) || (await done(probe)),
      guard: async (probe) => refuseData(plan.leader, image, await quorumDiskContent(probe, image, wanted)),
      interruptible: false,
      undo: ['rm', '--force', unfinished],
    });
  return [
    step(
      'allocate',
      `Reserve the image of ${nodeName}'s quorum disk`,
      ['fallocate', '--posix', '--length', `${sizeMiB}MiB`, unfinished],
      async (probe) => {
        const size = await probe.exec('stat', '--format=%s', unfinished);
        return size.code === 0 && Number(size.stdout) === sizeMiB * 1024 * 1024;
      },
    ),
    step(
      'format',
      `Format the quorum disk of ${nodeName}`,
      [...MKFS, '-U', quorumDiskUuid(plan.clusterId, nodeName), unfinished],
      formatted,
    ),
    step(
      'name',
      `Name the image of ${nodeName}'s quorum disk`,
      ['mv', '--no-clobber', unfinished, image],
      () => Promise.resolve(false),
    ),
  ];
}

/** Every host must see what the leader made: the proof that the same path is the same disk. */
export function sightSteps(plan: Design, node: Node): Step[] {
  return plan.spec.hosts.map(({ nodeName }) => {
    const source = quorumDiskSource(plan.spec, nodeName);
    const wanted = { clusterId: plan.clusterId, nodeName };
    return commandStep(
      node,
      'storage',
      `see-quorum-disk-${nodeName}`,
      `Find the quorum disk of ${nodeName}`,
      {
        argv:
          plan.spec.quorumDisks.kind === 'device' ? ['blockdev', '--flushbufs', source] : ['stat', source],
        done: async (probe) => (await quorumDiskContent(probe, source, wanted)).kind === 'ours',
        wait: {
          timeoutMs: 20_000,
          pending: async (probe) => {
            const content = await quorumDiskContent(probe, source, wanted);
            return `${source} on ${node.name} is not the disk that ${plan.leader.name} formatted (${describe(content)}).`;
          },
        },
      },
    );
  });
}

/** Throws `storage` for a disk that holds anything. */
function refuseData(node: Node, source: string, content: QuorumDiskContent): void {
  if (content.kind !== 'other') return;
  throw new MinimeError({
    kind: 'storage',
    host: node.name,
    message: `${source} holds data and was not formatted.`,
    cause: `It holds ${content.what}.`,
    remedy: `Choose another device. If the data can go, erase it with: wipefs --all ${source}`,
  });
}

export function describe(content: QuorumDiskContent): string {
  switch (content.kind) {
    case 'missing':
      return 'there is no such device or file';
    case 'empty':
      return 'it is empty';
    case 'ours':
      return 'it is this quorum disk';
    case 'other':
      return `it holds ${content.what}`;
  }
}
