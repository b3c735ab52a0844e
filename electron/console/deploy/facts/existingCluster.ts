import { toErrorInfo } from '../../../../src/contract/errors.ts';
import {
  type HostConfig,
  hostConfigSchema,
  hostPaths,
  type Manifest,
  manifestSchema,
} from '../../../../src/contract/manifest.ts';
import { type CorosyncConf, isPackageDefault, parseCorosyncConf } from '../corosync-conf/parse.ts';
import { type DeploymentRecord, deploymentRecordSchema, recordPath } from '../record.ts';
import { type Probe, parseJson } from './probe.ts';

/** What of a cluster, ours or another's, is on a host. */
export interface ExistingCluster {
  /** Present, readable and not just the package's example. */
  corosyncConf?: CorosyncConf;
  corosyncConfText?: string;
  /** Why corosync.conf could not be read. */
  unreadable?: string;
  corosyncRunning: boolean;
  /** Pacemaker's own file holds resources, be they ours or left over from another cluster. */
  configuredResources: boolean;
  pacemakerRunning: boolean;
  hostConfig?: HostConfig;
  manifest?: Manifest;
  record?: DeploymentRecord;
}

export async function existingCluster(probe: Probe): Promise<ExistingCluster> {
  const [conf, hostConfig, manifest, record, units, resources] = await Promise.all([
    probe.text('/etc/corosync/corosync.conf'),
    probe.text(hostPaths.hostConfig),
    probe.text(hostPaths.manifest),
    probe.text(recordPath),
    probe.exec('systemctl', 'is-active', 'corosync.service', 'pacemaker.service'),
    probe.exec('grep', '--quiet', '<primitive', '/var/lib/pacemaker/cib/cib.xml'),
  ]);
  const [corosync, pacemaker] = units.stdout.split('\n');
  const parse = <T>(schema: Parameters<typeof parseJson<T>>[0], json: string, path: string) =>
    parseJson(schema, json, probe.label, path);
  return {
    ...readConf(conf),
    corosyncRunning: isUp(corosync),
    pacemakerRunning: isUp(pacemaker),
    configuredResources: resources.code === 0,
    ...(hostConfig === null ? {} : { hostConfig: parse(hostConfigSchema, hostConfig, hostPaths.hostConfig) }),
    ...(manifest === null ? {} : { manifest: parse(manifestSchema, manifest, hostPaths.manifest) }),
    ...(record === null ? {} : { record: parse(deploymentRecordSchema, record, recordPath) }),
  };
}

function readConf(text: string | null): Partial<ExistingCluster> {
  if (text === null) return {};
  try {
    const conf = parseCorosyncConf(text);
    return isPackageDefault(conf) ? {} : { corosyncConf: conf, corosyncConfText: text };
  } catch (error) {
    const { cause, message } = toErrorInfo(error);
    return { unreadable: cause ?? message };
  }
}

function isUp(state: string | undefined): boolean {
  return state === 'active' || state === 'activating' || state === 'reloading' || state === 'deactivating';
}
