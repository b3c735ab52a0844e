import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { type ErrorInfo, toErrorInfo } from '../../../../src/contract/errors.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import { type DeployContext, type Node, throwIfAborted } from '../context.ts';
import { networkAddresses } from '../facts/hostFacts.ts';
import { probeOf } from '../facts/probe.ts';
import { clusterIdFor } from '../identity.ts';
import { type Inspection, inspect } from '../plan/inspection.ts';
import { checkChoices } from './choices.ts';
import { checkClocks, measureClock } from './clocks.ts';
import { checkDevices } from './devices.ts';
import { checkDispatch, checkDispatchPort } from './dispatch.ts';
import { checkExisting } from './existing.ts';
import { checkFenceAgent } from './fenceAgent.ts';
import { bad, good } from './findings.ts';
import { checkHeartbeat } from './heartbeat.ts';
import {
  checkAddresses,
  checkDistribution,
  checkHypervisor,
  checkPackages,
  checkSpace,
  checkWatchdog,
} from './host.ts';
import { checkIdentity } from './identity.ts';
import { checkSharedFolder } from './sharedFolders.ts';

/**
 * Checks everything on all hosts at once; every finding is reported as it comes, and all are returned. Findings of
 * severity `error` stand in the way of deployment. Leaves nothing on the hosts. Rejects only when cancelled.
 */
export async function preflight(spec: DeploymentSpec, context: DeployContext): Promise<Finding[]> {
  const { signal } = context;
  const all: Finding[] = [];
  const names = new Map(
    spec.hosts.map(({ hostId, nodeName }) => [context.hosts.get(hostId)?.label ?? '', nodeName]),
  );
  const check = checker(context, names, all);

  await check('choices', null, 'Check the choices', () => Promise.resolve(checkChoices(spec)));
  if (all.some((finding) => finding.severity === 'error')) return all;

  const looked = await Promise.all(spec.hosts.map((host) => lookAt(host, spec, context, check)));
  const hosts = looked.filter((host) => host !== null);
  const nodes = hosts.map((host) => host.node);
  const whole = hosts.length === spec.hosts.length;
  const known = hosts.find((host) => host.existing.record !== undefined)?.existing.record;
  const machineIds = hosts.map((host) => host.machineId);
  const clusterId = known?.clusterId ?? clusterIdFor(spec.clusterName, machineIds);
  const nodeNames = [...spec.hosts.map((host) => host.nodeName), ...Object.keys(known?.nodeIds ?? {})];
  const folders = new Set(
    [...spec.sharedFolders, ...(spec.quorumDisks.kind === 'image' ? [spec.quorumDisks.folder] : [])].map(
      (folder) => folder.replace(/(?<=.)\/$/, ''),
    ),
  );
  await Promise.all([
    check('identity', null, 'Tell the hosts apart', () => Promise.resolve(checkIdentity(hosts))),
    check('clocks', null, 'Compare the clocks', async () =>
      checkClocks(await Promise.all(nodes.map((node) => measureClock(node, signal)))),
    ),
    check('existing', null, 'Look for existing clusters', () =>
      // Without all hosts the cluster's id is not known.
      Promise.resolve(
        hosts.flatMap((host) =>
          checkExisting(host, spec, whole ? clusterId : (host.existing.manifest?.clusterId ?? clusterId)),
        ),
      ),
    ),
    check('heartbeat', null, 'Try the heartbeat links', () => checkHeartbeat(spec, nodes, signal)),
    check('dispatch', null, 'Try the port at which hosts ask each other', () =>
      checkDispatch(spec, nodes, signal),
    ),
    check('devices', null, 'Look at the disks', () =>
      checkDevices(spec, hosts, { clusterId, nodeNames }, signal),
    ),
    ...[...folders].map((folder) =>
      check(`folder${folder}`, null, `Prove that ${folder} is shared`, () =>
        checkSharedFolder(folder, nodes, signal),
      ),
    ),
  ]);
  throwIfAborted(signal);
  return all;
}

type Check = (
  id: string,
  host: string | null,
  title: string,
  work: () => Promise<Finding[]>,
) => Promise<void>;

/** Reports one check as a step with its findings; what is thrown becomes a finding. `names`: of hosts by label of their connection. */
function checker(
  { reporter, signal }: DeployContext,
  names: ReadonlyMap<string, string>,
  all: Finding[],
): Check {
  return async (name, host, title, work) => {
    const id = `preflight/${host ?? 'cluster'}/${name}`;
    reporter.step(id, { host, title, state: 'running' });
    let findings: Finding[];
    try {
      throwIfAborted(signal);
      findings = await work();
    } catch (error) {
      if (signal.aborted) {
        reporter.step(id, { state: 'cancelled' });
        return;
      }
      const info = toErrorInfo(error);
      // The connection knows a host by its address.
      const about = host ?? names.get(info.host ?? '') ?? info.host;
      findings = [failedCheck(name, title, { ...info, ...(about === undefined ? {} : { host: about }) })];
    }
    for (const finding of findings) reporter.finding(finding);
    all.push(...findings);
    const failed = findings.find((finding) => finding.severity === 'error');
    reporter.step(id, failed === undefined ? { state: 'done' } : { state: 'failed', detail: failed.title });
  };
}

/** Everything about one host alone. Null if it cannot be reached or looked at. */
async function lookAt(
  chosen: DeploymentSpec['hosts'][number],
  spec: DeploymentSpec,
  context: DeployContext,
  check: Check,
): Promise<Inspection | null> {
  const { nodeName: host, hostId } = chosen;
  const { signal } = context;
  const remote = context.hosts.get(hostId);
  let inspection: Inspection | null = null;
  await check('access', host, 'Reach the host with root rights', async () => {
    if (remote === undefined) {
      return [
        bad('unreachable', `${host} cannot be reached.`, {
          host,
          cause: 'There is no connection to it.',
          remedy: 'Connect to it, then check again.',
        }),
      ];
    }
    await remote.run(['true'], { asRoot: true, signal });
    inspection = await inspect({ name: host, hostId, remote }, spec, signal);
    return [good('access', `${host} is reached with root rights.`, { host })];
  });
  if (remote === undefined || inspection === null) return null;
  const found: Inspection = inspection;
  const probe = probeOf(remote, signal);
  const node: Node = found.node;
  await Promise.all([
    check('distribution', host, 'Look at the distribution', () => Promise.resolve(checkDistribution(found))),
    check('packages', host, 'Look for the packages', () => Promise.resolve(checkPackages(found))),
    check('addresses', host, 'Look at the addresses', async () =>
      checkAddresses(host, chosen.linkAddresses, await networkAddresses(probe)),
    ),
    check('space', host, 'Look at the free space', () => checkSpace(probe, found)),
    check('hypervisor', host, 'Ask libvirt', () => checkHypervisor(probe, host)),
    check('port', host, 'Look for the port at which it is asked', () => checkDispatchPort(probe, host)),
    check('watchdog', host, 'Look for the watchdog', () => checkWatchdog(probe, host, spec)),
    check('fence-agent', host, 'Try the fence agent', () => checkFenceAgent(spec, node, signal)),
  ]);
  return found;
}

function failedCheck(name: string, title: string, error: ErrorInfo): Finding {
  const ids: Partial<Record<ErrorInfo['kind'], string>> = {
    unreachable: 'unreachable',
    timeout: 'unreachable',
    'not-permitted': 'no-root-rights',
    unsupported: 'unsupported-distribution',
  };
  return bad(ids[error.kind] ?? `${name}-failed`, error.message, {
    ...(error.host === undefined ? {} : { host: error.host }),
    cause: error.cause ?? `“${title}” did not come to its end.`,
    remedy: error.remedy ?? 'Remove the cause, then check again.',
  });
}
