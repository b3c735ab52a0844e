import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { MinimeError } from '../../../../src/contract/errors.ts';
import { parseXml, type XmlElement } from '../cib/xml.ts';
import type { Node } from '../context.ts';
import type { Capability, CutOff, Distribution, PackageState } from '../distributions/distribution.ts';
import { distribution } from '../distributions/families.ts';
import type { BlockDevice } from '../facts/blockDevices.ts';
import { type DispatchFacts, dispatchFacts } from '../facts/dispatchFacts.ts';
import { type ExistingCluster, existingCluster } from '../facts/existingCluster.ts';
import { blockDevices } from '../facts/hostFacts.ts';
import { describeDistribution } from '../facts/osRelease.ts';
import { type Probe, probeOf } from '../facts/probe.ts';
import { cutOffOn } from './repair.ts';

/** What planning has to know of a host. */
export interface Inspection {
  node: Node;
  /** `uname -n`. */
  hostname: string;
  machineId: string;
  distribution: Distribution;
  packages: PackagePlan;
  existing: ExistingCluster;
  devices: BlockDevice[];
  dispatch: DispatchFacts;
  /** The live CIB; null while Pacemaker does not run. */
  cib: XmlElement | null;
}

export interface PackagePlan {
  /** What has to be installed, by this distribution's names. */
  wanted: string[];
  missing: string[];
  /** What installing brings onto the host that was not there: the missing ones and what they need. */
  added: string[];
  /** Capabilities that no package of this host's repositories offers. */
  unavailable: Capability[];
  nodeCandidate?: string;
  /** What the package manager was cut off at; null: nothing. */
  cutOff: CutOff | null;
}

export function capabilitiesFor(spec: Pick<DeploymentSpec, 'fencing'>): Capability[] {
  const { method } = spec.fencing;
  return [
    ...(['corosync', 'pacemaker', 'pacemaker-tools', 'node', 'ssh-server'] as const),
    ...(method === 'agent' ? [] : (['sbd'] as const)),
    ...(method === 'sbd-watchdog' ? [] : (['fence-agents'] as const)),
  ];
}

export async function inspect(node: Node, spec: DeploymentSpec, signal: AbortSignal): Promise<Inspection> {
  const probe = probeOf(node.remote, signal);
  const release = describeDistribution((await probe.text('/etc/os-release')) ?? '');
  const family = distribution(release.family, node.name, release.prettyName);
  const [hostname, machineId, packages, existing, devices, dispatch] = await Promise.all([
    probe.output('uname', '-n'),
    probe.text('/etc/machine-id'),
    planPackages(probe, node, family, capabilitiesFor(spec), signal),
    existingCluster(probe),
    blockDevices(probe),
    dispatchFacts(probe),
  ]);
  return {
    node,
    hostname: hostname.trim(),
    machineId: (machineId ?? '').trim(),
    distribution: family,
    packages,
    existing,
    devices,
    dispatch,
    cib: existing.pacemakerRunning ? await liveCib(probe) : null,
  };
}

/** Null while Pacemaker cannot be asked. */
export async function liveCib(probe: Probe): Promise<XmlElement | null> {
  const answer = await probe.exec('cibadmin', '--query');
  return answer.code === 0 ? parseXml(answer.stdout) : null;
}

/** The device of that name, its own or an alias. */
export function deviceNamed(devices: readonly BlockDevice[], path: string): BlockDevice | undefined {
  return devices.find((device) => device.path === path || device.aliases.includes(path));
}

async function planPackages(
  probe: Probe,
  node: Node,
  family: Distribution,
  capabilities: readonly Capability[],
  signal: AbortSignal,
): Promise<PackagePlan> {
  let states = await queryPackages(probe, family, capabilities);
  const choose = (capability: Capability) =>
    family.packages[capability].find((name) => states.get(name)?.installed === true) ??
    family.packages[capability].find((name) => states.get(name)?.candidate !== undefined);
  if (capabilities.some((capability) => choose(capability) === undefined)) {
    // Lists may be out of date or were never fetched. Fetching them changes nothing else.
    await node.remote.exec(family.refresh(), { asRoot: true, signal, timeoutMs: 180_000 });
    states = await queryPackages(probe, family, capabilities);
  }
  const wanted = capabilities.flatMap((capability) => choose(capability) ?? []);
  const missing = wanted.filter((name) => states.get(name)?.installed !== true);
  const nodePackage = choose('node');
  const nodeCandidate = nodePackage === undefined ? undefined : states.get(nodePackage)?.candidate;
  const cutOff = await cutOffOn(probe, family);
  return {
    wanted,
    missing,
    added: await addedBy(probe, family, missing, cutOff),
    cutOff,
    unavailable: capabilities.filter((capability) => choose(capability) === undefined),
    ...(nodeCandidate === undefined ? {} : { nodeCandidate }),
  };
}

async function queryPackages(
  probe: Probe,
  family: Distribution,
  capabilities: readonly Capability[],
): Promise<Map<string, PackageState>> {
  const query = family.query(capabilities.flatMap((capability) => family.packages[capability]));
  return query.parse((await probe.exec(...query.argv)).stdout);
}

async function addedBy(
  probe: Probe,
  family: Distribution,
  missing: readonly string[],
  cutOff: CutOff | null,
): Promise<string[]> {
  if (missing.length === 0 || family.simulate === null) return [...missing];
  const simulation = family.simulate(missing);
  const answer = await probe.exec(...simulation.argv);
  // Until it is mended it may not be possible to tell. What a deployment was cut off at is in its manifest.
  if (answer.code !== 0 && cutOff !== null) return [...missing];
  if (answer.code !== 0) {
    throw new MinimeError({
      kind: 'tool-failed',
      host: probe.label,
      message: `Packages cannot be installed on ${probe.label}.`,
      cause: lastLine(answer.stderr) || lastLine(answer.stdout),
      remedy: 'Repair the package manager of this host, then try again.',
      details: answer.stdout + answer.stderr,
    });
  }
  return simulation.parse(answer.stdout).toSorted();
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
