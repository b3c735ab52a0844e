import type { Fencing, Member, QuorumDiskPlacement } from '../../contract/clusterState.ts';
import type { VirtualIp } from '../../contract/virtualIp.ts';
import type { ResourceFailure } from '../ports/clusterEngine.ts';
import { attribute, child, children, parseXml, type XmlNode } from '../xml.ts';
import { nameOfVirtualIp, virtualIpAgent } from './virtualIps.ts';

type PacemakerNode = NonNullable<Member['pacemaker']>;
type FenceEvent = Fencing['history'][number];

export interface PacemakerState {
  nodes: Map<string, PacemakerNode>;
  fencingEnabled: boolean;
  /** Seconds; absent: not told. */
  stonithTimeoutS?: number;
  fenceAgents: string[];
  history: FenceEvent[];
  quorumDisks: QuorumDiskPlacement[];
  /** By name. */
  virtualIps: Map<string, Pick<VirtualIp, 'on' | 'state' | 'failure'>>;
  failures: ResourceFailure[];
}

const maximumHistory = 20;
/** Deployment names the resource of a host's quorum disk so. */
const diskPrefix = 'quorum-disk-';

/** `crm_mon --one-shot --output-as=xml --include=all`. */
export function parseCrmMon(xml: string): PacemakerState {
  const result = parseXml(xml, 'pacemaker-result');
  const resources = child(result, 'resources');
  const primitives = [
    ...children(resources, 'resource'),
    ...children(resources, 'group').flatMap((group) => children(group, 'resource')),
    ...children(resources, 'clone').flatMap((clone) => children(clone, 'resource')),
  ];
  const failures = failuresOf(result);
  const options = child(child(result, 'summary'), 'cluster_options');
  const stonithTimeoutMs = attribute(options, 'stonith-timeout-ms');
  const agents = primitives
    .map((resource) => /^stonith:(.+)$/.exec(attribute(resource, 'resource_agent'))?.[1])
    .filter((agent) => agent !== undefined);
  return {
    nodes: new Map(
      children(child(result, 'nodes'), 'node').map((node) => [attribute(node, 'name'), stateOf(node)]),
    ),
    fencingEnabled: attribute(options, 'stonith-enabled') === 'true',
    ...(/^\d+$/.test(stonithTimeoutMs) ? { stonithTimeoutS: Number(stonithTimeoutMs) / 1000 } : {}),
    fenceAgents: [...new Set(agents)],
    history: historyOf(result),
    quorumDisks: primitives
      .filter((resource) => attribute(resource, 'resource_agent') === 'ocf:minime:quorum-disk')
      .filter((resource) => attribute(resource, 'id').startsWith(diskPrefix))
      .map((resource) => quorumDiskOf(resource, failures)),
    virtualIps: new Map(
      primitives
        .filter((resource) => attribute(resource, 'resource_agent') === virtualIpAgent)
        .flatMap((resource) => {
          const name = nameOfVirtualIp(attribute(resource, 'id'));
          return name === undefined ? [] : [[name, placementOf(resource, failures)] as const];
        }),
    ),
    failures,
  };
}

const is = (node: XmlNode, name: string): boolean => attribute(node, name) === 'true';

function stateOf(node: XmlNode): PacemakerNode {
  return { state: nameOfState(node), dc: is(node, 'is_dc') };
}

/** The worst that is true comes first: a node can be unclean and online at once. */
function nameOfState(node: XmlNode): PacemakerNode['state'] {
  if (is(node, 'unclean')) return 'unclean';
  if (is(node, 'pending')) return 'pending';
  if (!is(node, 'online')) return 'offline';
  if (is(node, 'standby') || is(node, 'standby_onfail')) return 'standby';
  return is(node, 'maintenance') ? 'maintenance' : 'online';
}

function quorumDiskOf(resource: XmlNode, failures: readonly ResourceFailure[]): QuorumDiskPlacement {
  const { on, state, failure } = placementOf(resource, failures);
  return {
    home: attribute(resource, 'id').slice(diskPrefix.length),
    mountedOn: on,
    state: state === 'started' ? 'mounted' : state,
    ...(failure === undefined ? {} : { failure }),
  };
}

function placementOf(
  resource: XmlNode,
  failures: readonly ResourceFailure[],
): Pick<VirtualIp, 'on' | 'state' | 'failure'> {
  const id = attribute(resource, 'id');
  const node = attribute(child(resource, 'node'), 'name');
  const role = attribute(resource, 'role');
  const failed = is(resource, 'failed');
  const started = role === 'Started' && node !== '' && !failed;
  const reason = failures.find((failure) => failure.resource === id);
  const state = started ? 'started' : failed || reason !== undefined ? 'failed' : stateOfRole(role);
  return {
    on: started ? node : null,
    state,
    ...(started || reason === undefined ? {} : { failure: `${reason.node}: ${reason.reason}` }),
  };
}

const stateOfRole = (role: string): 'stopped' | 'unknown' => (role === 'Stopped' ? 'stopped' : 'unknown');

/** `op_key` is RESOURCE_OPERATION_INTERVAL. */
function failuresOf(result: XmlNode): ResourceFailure[] {
  return children(child(result, 'failures'), 'failure').map((failure) => {
    const [, resource = '', operation = ''] = /^(.*)_([a-z-]+)_\d+$/.exec(attribute(failure, 'op_key')) ?? [];
    return {
      resource,
      operation: attribute(failure, 'task') || operation,
      node: attribute(failure, 'node'),
      reason: attribute(failure, 'exitreason') || attribute(failure, 'exitstatus') || 'no reason given',
    };
  });
}

/** Pacemaker lists the same fencing once for each that asked for it. */
function historyOf(result: XmlNode): FenceEvent[] {
  const events = new Map<string, FenceEvent>();
  for (const event of children(child(result, 'fence_history'), 'fence_event')) {
    const at = parseTime(attribute(event, 'completed'));
    const status = attribute(event, 'status');
    const client = attribute(event, 'client').replace(/\.\d+$/, '');
    const by = attribute(event, 'delegate');
    const entry: FenceEvent = {
      target: attribute(event, 'target'),
      action: attribute(event, 'action'),
      outcome: status === 'success' ? 'success' : status === 'failed' ? 'failed' : 'pending',
      ...(at === undefined ? {} : { at }),
      ...(client === '' ? {} : { client }),
      ...(by === '' ? {} : { by }),
    };
    const key = [entry.target, entry.action, entry.outcome, entry.at].join(' ');
    if (!events.has(key)) events.set(key, entry);
  }
  // One that is not completed is the newest there is.
  const when = (event: FenceEvent): number => event.at ?? Number.MAX_SAFE_INTEGER;
  const newestFirst = [...events.values()].sort((a, b) => when(b) - when(a));
  return newestFirst.slice(0, maximumHistory);
}

/** "2026-11-22 17:11:51Z", also with an offset: "… 17:11:51 +01:00". */
function parseTime(text: string): number | undefined {
  const time = Date.parse(text.replace(' ', 'T').replace(' ', ''));
  return Number.isNaN(time) ? undefined : time;
}
