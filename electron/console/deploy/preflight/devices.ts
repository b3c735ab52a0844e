import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import { hostPaths } from '../../../../src/contract/manifest.ts';
import { type Probe, probeOf } from '../facts/probe.ts';
import { deviceNamed, type Inspection } from '../plan/inspection.ts';
import { type PoisonPillContent, poisonPillContent, strangers } from '../plan/poisonPill.ts';
import { type QuorumDiskContent, quorumDiskContent, quorumDiskSource } from '../plan/quorumDisks.ts';
import { bad, doubtful, good } from './findings.ts';

const MIB = 1024 * 1024;

/** What one host says about one disk. */
interface Sight {
  host: string;
  content: QuorumDiskContent | PoisonPillContent;
  size: number;
  identity: string | undefined;
  usedBy: string | undefined;
  readOnly: boolean;
  /** Tells the device itself, whatever name it was chosen under. */
  path: string;
  /** Of its first MiB; absent where it may change while it is read. */
  head: string | undefined;
}

export async function checkDevices(
  spec: DeploymentSpec,
  hosts: readonly Inspection[],
  cluster: { clusterId: string; nodeNames: readonly string[] },
  signal: AbortSignal,
): Promise<Finding[]> {
  const quorumDisks = spec.hosts.map(async ({ nodeName }) => {
    const source = quorumDiskSource(spec, nodeName);
    const wanted = { clusterId: cluster.clusterId, nodeName };
    const sights = await Promise.all(
      hosts.map((host) => look(host, source, (probe) => quorumDiskContent(probe, source, wanted), signal)),
    );
    return spec.quorumDisks.kind === 'device'
      ? judgeDevice(source, `The quorum disk of ${nodeName}`, sights, 32 * MIB)
      : judgeImage(source, nodeName, sights);
  });
  const poisonPills = (spec.fencing.method === 'sbd-disk' ? spec.fencing.devices : []).map(async (device) => {
    const sights = await Promise.all(
      hosts.map((host) => look(host, device, (probe) => poisonPillContent(probe, device), signal)),
    );
    return [
      ...judgeDevice(device, 'The poison-pill disk', sights, MIB),
      ...sights.slice(0, 1).flatMap((sight) => judgeHeader(device, sight, cluster.nodeNames)),
    ];
  });
  return [...(await Promise.all([...quorumDisks, ...poisonPills])).flat(), ...checkSameDevice(spec, hosts)];
}

async function look(
  { node, devices }: Inspection,
  source: string,
  read: (probe: Probe) => Promise<Sight['content']>,
  signal: AbortSignal,
): Promise<Sight> {
  const probe = probeOf(node.remote, signal);
  const content = await read(probe);
  const device = deviceNamed(devices, source);
  return {
    host: node.name,
    content,
    size: device?.size ?? 0,
    identity: device?.identity,
    usedBy: device?.usedBy,
    readOnly: device?.readOnly ?? false,
    path: device?.path ?? source,
    head: content.kind === 'empty' ? await hashOfStart(probe, source) : undefined,
  };
}

/** Read past the cache where the storage allows it. */
async function hashOfStart(probe: Probe, source: string): Promise<string> {
  const script = 'dd if="$1" bs=65536 count=16 iflag=direct status=none | sha256sum';
  return (await probe.output('sh', '-c', script, 'sh', source)).split(' ')[0] ?? '';
}

function judgeDevice(source: string, what: string, sights: readonly Sight[], minimum: number): Finding[] {
  const findings = sights.flatMap((sight) => judgeSight(source, what, sight, minimum));
  if (findings.length > 0) return findings;
  const [first, ...others] = sights;
  if (first === undefined) return [];
  const differing = others.filter((other) => describeSight(other) !== describeSight(first));
  if (differing.length > 0) {
    return differing.map((other) =>
      bad('device-differs', `${source} on ${other.host} is another disk than on ${first.host}.`, {
        host: other.host,
        subject: source,
        cause: `${describeSight(first)} there, ${describeSight(other)} here.`,
        remedy: 'Choose it by a name under /dev/disk/by-id, which is the same on all hosts.',
      }),
    );
  }
  return [good('device', `${what}, ${source}, is there on all hosts and free.`, { subject: source })];
}

function judgeSight(source: string, what: string, sight: Sight, minimum: number): Finding[] {
  const about = { host: sight.host, subject: source };
  const { content } = sight;
  if (content.kind === 'missing' || sight.size === 0) {
    return [
      bad('device-missing', `${what}, ${source}, does not exist on ${sight.host}.`, {
        ...about,
        cause: 'The storage is not connected there, or the disk has another name.',
        remedy: 'Make it visible to this host, or choose another device.',
      }),
    ];
  }
  if (content.kind === 'other') {
    return [
      bad('device-holds-data', `${source} holds data and will not be touched.`, {
        ...about,
        cause: `On ${sight.host} it holds ${content.what}${sight.usedBy === undefined ? '' : `, ${sight.usedBy}`}.`,
        remedy: `Choose another device. If the data can go, erase it with: wipefs --all ${source}`,
      }),
    ];
  }
  if (sight.usedBy !== undefined && !sight.usedBy.startsWith(`mounted on ${hostPaths.quorumDisks}/`)) {
    return [
      bad('device-in-use', `${source} is in use on ${sight.host}.`, {
        ...about,
        cause: `It is ${sight.usedBy}.`,
        remedy: 'Choose another device.',
      }),
    ];
  }
  if (sight.readOnly || sight.size < minimum) {
    return [
      bad('device-unsuitable', `${source} on ${sight.host} cannot be used.`, {
        ...about,
        cause: sight.readOnly ? 'It is read-only.' : `It has only ${Math.floor(sight.size / MIB)} MiB.`,
        remedy: `Choose a writable device of at least ${Math.ceil(minimum / MIB)} MiB.`,
      }),
    ];
  }
  return [];
}

/** Equal texts: nothing speaks against it being one disk. The proof follows when it has been formatted. */
function describeSight({ content, size, identity, head }: Sight): string {
  const header = content.kind === 'sbd' ? `SBD header ${content.header.uuid}` : content.kind;
  const id = identity === undefined ? '' : `, id ${identity}`;
  return `${header}, ${size} bytes${id}${head === undefined ? '' : `, starting with ${head.slice(0, 12)}`}`;
}

function judgeHeader(device: string, { content, host }: Sight, nodeNames: readonly string[]): Finding[] {
  if (content.kind !== 'sbd') return [];
  const others = strangers(content.header, nodeNames);
  if (others.length > 0) {
    return [
      bad('poison-pill-of-others', `${device} is the poison-pill disk of other hosts.`, {
        host,
        subject: device,
        cause: `${others.join(', ')} have slots on it.`,
        remedy: 'Choose another device. If no cluster uses it any more, erase its first MiB with dd.',
      }),
    ];
  }
  if (content.header.slots.length > 0) return [];
  return [
    doubtful(
      'poison-pill-initialised',
      `${device} was initialised for SBD before and will be used as it is.`,
      {
        subject: device,
        cause: 'No host has a slot on it.',
        remedy: 'Make sure that it was not meant for another cluster.',
      },
    ),
  ];
}

function judgeImage(source: string, nodeName: string, sights: readonly Sight[]): Finding[] {
  const others = sights.filter((sight) => ['other', 'empty'].includes(sight.content.kind));
  if (others.length === 0) return [good('quorum-image', `${source} is free.`, { subject: source })];
  return others.slice(0, 1).map(({ content, host }) =>
    bad('image-holds-data', `${source} exists and is not the quorum disk of ${nodeName}.`, {
      host,
      subject: source,
      cause:
        content.kind === 'other' ? `It holds ${content.what}.` : 'It is a file that Minime did not make.',
      remedy: 'Choose another folder, or move this file away.',
    }),
  );
}

/** Different names may lead to one disk. */
function checkSameDevice(spec: DeploymentSpec, hosts: readonly Inspection[]): Finding[] {
  const chosen = [
    ...(spec.quorumDisks.kind === 'device'
      ? spec.hosts.map(({ nodeName }) => quorumDiskSource(spec, nodeName))
      : []),
    ...(spec.fencing.method === 'sbd-disk' ? spec.fencing.devices : []),
  ];
  const host = hosts[0];
  if (host === undefined) return [];
  const seen = new Map<string, string>();
  return chosen.flatMap((source) => {
    const path = deviceNamed(host.devices, source)?.path ?? source;
    const other = seen.get(path);
    seen.set(path, source);
    if (other === undefined || other === source) return [];
    return [
      bad('device-chosen-twice', `${other} and ${source} are one disk.`, {
        host: host.node.name,
        subject: source,
        cause: `Both are ${path}.`,
        remedy: 'Every quorum disk and every poison-pill disk is a device of its own.',
      }),
    ];
  });
}
