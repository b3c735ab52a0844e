import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { hostPaths } from '../../../../src/contract/manifest.ts';
import { virtualIpIdPrefix } from '../../../../src/contract/virtualIp.ts';
import { ALERT } from '../hostFiles.ts';
import { element, findAll, type XmlElement } from './xml.ts';

export interface SbdTiming {
  watchdogS: number;
  msgwaitS: number;
}

export const groupId = (node: string): string => `vmcl-${node}`;
export const quorumDiskId = (node: string): string => `quorum-disk-${node}`;
const agentId = (node: string): string => `vmcl-agent-${node}`;
const homeConstraintId = (node: string): string => `vmcl-${node}-home`;
const fenceId = (node: string): string => `fence-${node}`;
const fenceConstraintId = (node: string): string => `fence-${node}-elsewhere`;
export const SBD_RESOURCE = 'fence-sbd';

const fallbackConstraintId = (node: string): string => `vmcl-fallback-${node}`;

/** Score with which a group prefers its home host. */
const HOME_SCORE = 1000;
/**
 * Score of the first host for every group; the next has one less, so all groups fall back to the hosts in one order, and
 * hosts that fail together land on one survivor.
 */
const FALLBACK_SCORE = 500;
/**
 * What a resource adds for the host it runs on. Twice that (a group has two) outweighs the order of fallback hosts, so a
 * takeover is not moved because a host returns that is not concerned; it does not outweigh home.
 */
const STICKINESS = 100;

/**
 * The `configuration` that deployment wants; what else is in a live CIB is left alone, so also the documents of the host
 * program (property set `minime-documents`).
 */
export function wantedConfiguration(spec: DeploymentSpec, timing: SbdTiming): XmlElement {
  const nodes = spec.hosts.map((host) => host.nodeName);
  return element('configuration', {}, [
    element('crm_config', {}, [
      element('cluster_property_set', { id: 'cib-bootstrap-options' }, properties(spec, timing)),
    ]),
    element('nodes', {}),
    element('resources', {}, [...fenceResources(spec), ...nodes.map(group)]),
    element('constraints', {}, [
      ...nodes.map((node) =>
        element('rsc_location', {
          ...{ id: homeConstraintId(node), rsc: groupId(node) },
          ...{ node, score: String(HOME_SCORE) },
        }),
      ),
      ...nodes.map((node, index) =>
        element('rsc_location', {
          ...{ id: fallbackConstraintId(node), 'rsc-pattern': `^${groupId('')}` },
          ...{ node, score: String(FALLBACK_SCORE - index) },
        }),
      ),
      ...fenceConstraints(spec),
    ]),
    element('alerts', {}, [
      element('alert', { id: 'minime-alert', path: ALERT }, [
        element('select', {}, [element('select_nodes', {}), element('select_fencing', {})]),
      ]),
    ]),
    element('rsc_defaults', {}, [
      element('meta_attributes', { id: 'rsc_defaults-options' }, [
        nvpair('rsc_defaults-options', 'resource-stickiness', String(STICKINESS)),
      ]),
    ]),
  ]);
}

/** Only for a cluster's very first start. */
export const QUICK_ELECTION = nvpair('cib-bootstrap-options', 'dc-deadtime', '2s');

/** A whole CIB around a configuration, as the tools want it that look at one. */
export function wholeCib(configuration: XmlElement): XmlElement {
  const attributes = { 'validate-with': 'pacemaker-3.0', epoch: '0', num_updates: '0', admin_epoch: '0' };
  return element('cib', attributes, [configuration, element('status', {})]);
}

/**
 * For `crm_verify`, which sees no cluster. That SBD runs is Pacemaker's own to note in a live CIB; without that note a cluster with
 * no fence resource is an error, also one whose hosts fence themselves.
 */
export function verifiableCib(spec: DeploymentSpec, timing: SbdTiming): XmlElement {
  const configuration = wantedConfiguration(spec, timing);
  if (spec.fencing.method !== 'sbd-watchdog') return wholeCib(configuration);
  const [settings, ...rest] = configuration.children;
  if (settings === undefined) throw new RangeError('A configuration begins with crm_config.');
  const noted = element('cluster_property_set', { id: 'verified-options' }, [
    nvpair('verified-options', 'have-watchdog', 'true'),
  ]);
  return wholeCib({
    ...configuration,
    children: [{ ...settings, children: [...settings.children, noted] }, ...rest],
  });
}

/** Elements that belong to one host only, to be deleted with it: constraints first, since they refer to resources. */
export function elementsOfNode(node: string): XmlElement[] {
  return [
    element('rsc_location', { id: homeConstraintId(node) }),
    element('rsc_location', { id: fallbackConstraintId(node) }),
    element('rsc_location', { id: fenceConstraintId(node) }),
    element('group', { id: groupId(node) }),
    element('primitive', { id: fenceId(node) }),
  ];
}

/**
 * Parameters that fence resources have in the live CIB and are to have no more. Those with which the admin tells Pacemaker how to treat a
 * resource (`pcmk_`) are the admin's own, but for the delay, which deployment sets by the number of hosts.
 */
export function staleFenceParameters(live: XmlElement, wanted: XmlElement): XmlElement[] {
  const isFence = ({ tag, attributes }: XmlElement) =>
    tag === 'primitive' && attributes['class'] === 'stonith';
  return findAll(wanted, isFence).flatMap((resource) => {
    const kept = new Set(parametersOf(resource).map(({ attributes }) => attributes['name']));
    const sameId = ({ attributes }: XmlElement) => attributes['id'] === resource.attributes['id'];
    return findAll(live, (one) => isFence(one) && sameId(one))
      .flatMap(parametersOf)
      .filter(({ attributes: { name = '' } }) => !kept.has(name))
      .filter(({ attributes: { name = '' } }) => !name.startsWith('pcmk_') || name === 'pcmk_delay_base')
      .flatMap(({ tag, attributes: { id } }) => (id === undefined ? [] : [element(tag, { id })]));
  });
}

const parametersOf = (resource: XmlElement): XmlElement[] =>
  resource.children.filter(({ tag }) => tag === 'instance_attributes').flatMap(({ children }) => children);

/** What has virtual IPs of the admin's prefer this host. */
export const virtualIpsPreferring = (live: XmlElement, node: string): XmlElement[] =>
  findAll(
    live,
    ({ tag, attributes }) =>
      tag === 'rsc_location' &&
      attributes['node'] === node &&
      attributes['id']?.startsWith(virtualIpIdPrefix) === true,
  );

/** Seconds Pacemaker waits for one fencing: the message's waiting time plus what a busy host needs to start the agent. */
export function stonithTimeoutS(spec: Pick<DeploymentSpec, 'fencing'>, timing: SbdTiming): number {
  return spec.fencing.method === 'sbd-disk' ? Math.max(60, 2 * timing.msgwaitS + 20) : 60;
}

function properties(spec: DeploymentSpec, timing: SbdTiming): XmlElement[] {
  const values: Record<string, string> = {
    'stonith-enabled': 'true',
    'stonith-timeout': `${stonithTimeoutS(spec, timing)}s`,
    'no-quorum-policy': 'stop',
    // A host without a poison-pill disk resets itself by its watchdog; the others rely on it after twice that time.
    ...(spec.fencing.method === 'sbd-watchdog'
      ? { 'stonith-watchdog-timeout': `${2 * timing.watchdogS}s` }
      : {}),
  };
  return Object.entries(values).map(([name, value]) => nvpair('cib-bootstrap-options', name, value));
}

function fenceResources(spec: DeploymentSpec): XmlElement[] {
  const { fencing } = spec;
  switch (fencing.method) {
    case 'sbd-watchdog':
      return [];
    case 'sbd-disk':
      return [
        stonith(SBD_RESOURCE, 'fence_sbd', {
          devices: fencing.devices.join(','),
          sbd_path: hostPaths.sbdReadBack,
          ...fenceDelay(spec),
        }),
      ];
    case 'agent':
      return spec.hosts.map(({ nodeName }) =>
        stonith(fenceId(nodeName), fencing.agent, {
          ...fencing.shared,
          ...fencing.perHost[nodeName],
          pcmk_host_list: nodeName,
          ...(spec.hosts.length === 2 && nodeName === spec.hosts[0]?.nodeName
            ? { pcmk_delay_base: '5s' }
            : {}),
        }),
      );
  }
}

/** Two hosts that lose sight of each other both fence: the first gets a head start, so that exactly one survives. */
function fenceDelay(spec: DeploymentSpec): Record<string, string> {
  const [first, second] = spec.hosts;
  if (spec.hosts.length !== 2 || first === undefined || second === undefined) return {};
  return { pcmk_delay_base: `${first.nodeName}:5s;${second.nodeName}:0s` };
}

/** A host must not be the one that runs its own fencing. */
function fenceConstraints(spec: DeploymentSpec): XmlElement[] {
  if (spec.fencing.method !== 'agent') return [];
  return spec.hosts.map(({ nodeName: node }) =>
    element('rsc_location', { id: fenceConstraintId(node), rsc: fenceId(node), node, score: '-INFINITY' }),
  );
}

function stonith(id: string, type: string, parameters: Record<string, string>): XmlElement {
  return element('primitive', { id, class: 'stonith', type }, [
    attributes('instance_attributes', id, parameters),
    element('operations', {}, [operation(id, 'monitor', { interval: '60s', timeout: '60s' })]),
  ]);
}

/**
 * A host's quorum disk and agent. A stop that fails blocks instead of fencing: the host's VMs run, and a file system
 * that cannot be unmounted is no reason to kill them. A start after an unclean death waits for the multi-mount
 * protection (twice 11 s), hence the long timeout. The agent's stop waits for a takeover to let go, at most 90 s.
 */
function group(node: string): XmlElement {
  return element('group', { id: groupId(node) }, [
    vmclPrimitive(quorumDiskId(node), 'quorum-disk', node, {
      start: '120s',
      stop: '60s',
      monitor: ['15s', '40s'],
    }),
    vmclPrimitive(agentId(node), 'vmcl', node, { start: '60s', stop: '120s', monitor: ['15s', '40s'] }),
  ]);
}

function vmclPrimitive(
  id: string,
  type: string,
  host: string,
  times: { start: string; stop: string; monitor: [interval: string, timeout: string] },
): XmlElement {
  return element('primitive', { id, class: 'ocf', provider: 'minime', type }, [
    attributes('instance_attributes', id, { host }),
    attributes('meta_attributes', id, { 'failure-timeout': '120s' }),
    element('operations', {}, [
      operation(id, 'monitor', { interval: times.monitor[0], timeout: times.monitor[1] }),
      operation(id, 'start', { interval: '0s', timeout: times.start }),
      operation(id, 'stop', { interval: '0s', timeout: times.stop, 'on-fail': 'block' }),
    ]),
  ]);
}

function attributes(tag: string, owner: string, values: Record<string, string>): XmlElement {
  const id = `${owner}-${tag}`;
  return element(
    tag,
    { id },
    Object.entries(values).map(([name, value]) => nvpair(id, name, value)),
  );
}

function operation(owner: string, name: string, attributes: Record<string, string>): XmlElement {
  return element('op', { id: `${owner}-${name}`, name, ...attributes });
}

function nvpair(owner: string, name: string, value: string): XmlElement {
  return element('nvpair', { id: `${owner}-${name}`, name, value });
}
