import { createHash } from 'node:crypto';
import { hostPaths, type Manifest, manifestSchema } from '../../../../src/contract/manifest.ts';
import { formatCorosyncConf } from '../corosync-conf/format.ts';
import { HOST_UNITS } from '../hostFiles.ts';
import { formatRecord, recordPath } from '../record.ts';
import { AUTHKEY, type Design } from './design.ts';
import { dispatchFiles, dispatchOf, hostMadeFiles } from './dispatch.ts';
import type { Inspection } from './inspection.ts';
import { quorumDiskSource } from './quorumDisks.ts';
import { formatSbdConfig } from './sbdConfig.ts';
import type { FileAction } from './step.ts';

export type PlannedFile = Omit<FileAction, 'kind'> & { title: string };

export const COROSYNC_CONF = '/etc/corosync/corosync.conf';

/** The files of one host, in the order they are put there; its manifest lists them. */
export function filesOf(plan: Design, host: Inspection): PlannedFile[] {
  const { spec, secrets } = plan;
  const own = plan.confNodes.find((node) => node.name === host.node.name);
  if (own === undefined) throw new RangeError(`${host.node.name} is not a host of this deployment.`);
  const encrypted = spec.transport.kind === 'knet';
  return [
    text(
      'Write the heartbeat configuration',
      COROSYNC_CONF,
      '0644',
      formatCorosyncConf(spec, plan.confNodes, own),
    ),
    ...(encrypted
      ? [secret('Write the key of the heartbeat', AUTHKEY, secrets.authkey, '256 random bytes')]
      : []),
    ...(spec.fencing.method === 'agent'
      ? []
      : [
          text(
            'Write the configuration of SBD',
            host.distribution.sbdConfig,
            '0644',
            formatSbdConfig(spec.fencing, plan.timing, { nodeName: host.node.name, hostname: host.hostname }),
          ),
        ]),
    text('Write what this host knows of the cluster', hostPaths.hostConfig, '0600', hostConfig(plan, host)),
    secret(
      'Write the key that definitions are signed with',
      hostPaths.clusterKey,
      secrets.clusterKey,
      '32 random bytes',
    ),
    record(plan),
    ...dispatchFiles(plan, host),
    ...plan.resources.files.map((file) => ({
      title: `Install ${file.path}`,
      path: file.path,
      mode: file.mode,
      bytes: file.bytes,
      ...(file.path === hostPaths.program
        ? { shown: null, summary: `The host program, version ${plan.resources.version}` }
        : { shown: file.bytes.toString('utf8') }),
    })),
  ];
}

/**
 * What deployment puts on this host. Written before anything else, so that whatever is left behind by a deployment that
 * did not get to its end can be taken off again; sums of what is not known by then are missing until it is complete.
 */
export function manifestOf(plan: Design, host: Inspection, files: readonly PlannedFile[]): PlannedFile {
  const before = host.existing.manifest;
  const manifest: Manifest = {
    format: 1,
    clusterId: plan.clusterId,
    vmclVersion: plan.resources.version,
    writtenAt: Date.now(),
    files: [
      ...files.map(({ path, bytes, mode }) => ({
        path,
        ...(bytes === null ? {} : { sha256: sha256(bytes) }),
        mode,
      })),
      ...hostMadeFiles,
    ],
    packages: [...new Set([...(before?.packages ?? []), ...host.packages.added])].toSorted(),
    units: [...HOST_UNITS, ...engineUnits(plan)],
  };
  return {
    title: 'Write the list of what is installed',
    path: hostPaths.manifest,
    mode: '0600',
    bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`),
    shown: null,
    summary: `Files, packages (${manifest.packages.length}) and units that "Remove cluster" takes off again`,
    same: (there) => sameManifest(there, manifest),
  };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export function engineUnits(plan: Pick<Design, 'spec'>): string[] {
  const sbd = plan.spec.fencing.method === 'agent' ? [] : ['sbd.service'];
  return ['corosync.service', 'pacemaker.service', ...sbd];
}

/** The time of writing alone makes no difference. */
function sameManifest(there: Buffer, wanted: Manifest): boolean {
  try {
    const parsed = manifestSchema.parse(JSON.parse(there.toString('utf8')));
    return JSON.stringify({ ...parsed, writtenAt: 0 }) === JSON.stringify({ ...wanted, writtenAt: 0 });
  } catch {
    // Not a manifest: it is written anew.
    return false;
  }
}

function hostConfig(plan: Design, host: Inspection): string {
  const { fencing } = plan.spec;
  return `${JSON.stringify(
    {
      format: 1,
      clusterId: plan.clusterId,
      clusterName: plan.spec.clusterName,
      nodeName: host.node.name,
      quorumDisks: plan.spec.hosts.map(({ nodeName }) => ({
        home: nodeName,
        kind: plan.spec.quorumDisks.kind,
        source: quorumDiskSource(plan.spec, nodeName),
      })),
      fencing: { method: fencing.method, devices: fencing.method === 'sbd-disk' ? fencing.devices : [] },
      dispatch: dispatchOf(plan.spec),
      sharedFolders: plan.spec.sharedFolders,
    },
    null,
    2,
  )}\n`;
}

function record(plan: Design): PlannedFile {
  const content = formatRecord({
    format: 1,
    clusterId: plan.clusterId,
    nodeIds: plan.nodeIds,
    spec: plan.spec,
  });
  const hidesSecrets = plan.spec.fencing.method === 'agent';
  return {
    ...text('Write what was chosen', recordPath, '0600', content),
    ...(hidesSecrets
      ? { shown: null, summary: 'The choices made here, with the parameters of the fence agent' }
      : {}),
  };
}

function text(title: string, path: string, mode: string, content: string): PlannedFile {
  return { title, path, mode, bytes: Buffer.from(content), shown: content };
}

function secret(title: string, path: string, bytes: Buffer | null, summary: string): PlannedFile {
  return { title, path, mode: path === AUTHKEY ? '0400' : '0600', bytes, shown: null, summary };
}
