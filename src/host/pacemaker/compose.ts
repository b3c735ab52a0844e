import type { EngineTiming, Fencing, HeartbeatLink, Member } from '../../contract/clusterState.ts';
import type { VirtualIp, VirtualIpSpec } from '../../contract/virtualIp.ts';
import type { EngineState, EngineTrouble } from '../ports/clusterEngine.ts';
import { linkStats, localNodeId, type RuntimeNode, runtimeNodes } from './cmap.ts';
import { type Configuration, secondsOf } from './configuration.ts';
import type { CorosyncConf } from './corosyncConf.ts';
import type { PacemakerState } from './crmMon.ts';
import type { PoisonPillDisk } from './engineTools.ts';
import type { Quorum } from './quorumtool.ts';

/** What the tools said; undefined: no answer. */
export interface Answers {
  conf: CorosyncConf | undefined;
  cmap: ReadonlyMap<string, string> | undefined;
  stats: ReadonlyMap<string, string> | undefined;
  quorum: Quorum | undefined;
  pacemaker: PacemakerState | undefined;
  poisonPills: readonly PoisonPillDisk[];
  watchdog: Fencing['watchdog'];
  configuration: Configuration | undefined;
  sbdTimes: Pick<EngineTiming, 'watchdogS' | 'msgwaitS'>;
  /** Chosen at deployment. */
  fencingMethod: Fencing['method'] | undefined;
  trouble: EngineTrouble[];
}

export function composeState(answers: Answers): EngineState {
  const { conf, cmap, pacemaker } = answers;
  const nodes = cmap === undefined ? [] : runtimeNodes(cmap);
  const local = cmap === undefined ? undefined : nodes.find((node) => node.nodeId === localNodeId(cmap));
  const transport = transportOf(cmap?.get('totem.transport')) ?? conf?.transport;
  const clusterName = cmap?.get('totem.cluster_name') ?? conf?.clusterName;
  const configured: RuntimeNode[] = (conf?.nodes ?? []).map((node, index) => ({
    nodeId: node.nodeId ?? index + 1,
    name: node.name ?? `node${node.nodeId ?? index + 1}`,
    joined: false,
    addresses: node.addresses,
  }));
  return {
    engine: cmap === undefined ? 'stopped' : 'running',
    quorate: answers.quorum?.quorate ?? false,
    members: (cmap === undefined ? configured : nodes).map((node) => memberOf(node, pacemaker)),
    links: local === undefined ? [] : linksOf(local, nodes, answers.stats, transport ?? 'knet'),
    fencing: fencingOf(answers),
    quorumDisks: pacemaker?.quorumDisks ?? [],
    virtualIps: (answers.configuration?.virtualIps ?? []).map((spec) => virtualIpOf(spec, pacemaker)),
    failures: pacemaker?.failures ?? [],
    trouble: answers.trouble,
    ...(cmap === undefined ? {} : { timing: timingOf(cmap, answers) }),
    ...(transport === undefined ? {} : { transport }),
    ...(clusterName === undefined ? {} : { clusterName }),
    ...(local === undefined ? {} : { localNode: local.name }),
    ...(answers.quorum?.votes === undefined ? {} : { votes: answers.quorum.votes }),
  };
}

/** Without an engine there is nothing but its absence. */
export const noEngine: EngineState = {
  engine: 'none',
  quorate: false,
  members: [],
  links: [],
  fencing: { method: 'none', agents: [], enabled: false, devices: [], watchdog: {}, history: [] },
  quorumDisks: [],
  virtualIps: [],
  failures: [],
  trouble: [],
};

function timingOf(cmap: ReadonlyMap<string, string>, answers: Answers): EngineTiming {
  const { sbdTimes, pacemaker } = answers;
  const properties = answers.configuration?.properties;
  const times = {
    tokenMs: numberOf(cmap.get('runtime.config.totem.token')),
    consensusMs: numberOf(cmap.get('runtime.config.totem.consensus')),
    stonithTimeoutS: pacemaker?.stonithTimeoutS,
    stonithWatchdogTimeoutS: secondsOf(properties?.get('stonith-watchdog-timeout')),
  };
  const known = Object.entries(times).filter(([, value]) => value !== undefined);
  return { ...sbdTimes, ...Object.fromEntries(known) };
}

function virtualIpOf(spec: VirtualIpSpec, pacemaker: PacemakerState | undefined): VirtualIp {
  const placed = pacemaker?.virtualIps.get(spec.name);
  return { ...spec, ...(placed ?? { on: null, state: 'unknown' }) };
}

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);

const transportOf = (text: string | undefined): 'knet' | 'udp' | 'udpu' | undefined =>
  text === 'knet' || text === 'udp' || text === 'udpu' ? text : undefined;

function memberOf(node: RuntimeNode, pacemaker: PacemakerState | undefined): Member {
  const view = pacemaker?.nodes.get(node.name);
  return {
    name: node.name,
    nodeId: node.nodeId,
    online: node.joined,
    ...(view === undefined ? {} : { pacemaker: view }),
  };
}

function linksOf(
  local: RuntimeNode,
  nodes: readonly RuntimeNode[],
  stats: ReadonlyMap<string, string> | undefined,
  transport: 'knet' | 'udp' | 'udpu',
): HeartbeatLink[] {
  const peers = nodes.filter((node) => node.nodeId !== local.nodeId);
  return [...local.addresses].map(([link, localAddress]) => ({
    link,
    localAddress,
    peers: peers.map((peer) => {
      // UDP transports have one link and no statistics of it: a member is connected.
      if (transport !== 'knet' || stats === undefined) return { peer: peer.name, connected: peer.joined };
      const { connected, average, worst } = linkStats(stats, peer.nodeId, link);
      return {
        peer: peer.name,
        connected,
        ...(average === undefined ? {} : { latencyUs: average }),
        ...(worst === undefined ? {} : { latencyMaxUs: worst }),
      };
    }),
  }));
}

function fencingOf({ pacemaker, poisonPills, watchdog, fencingMethod }: Answers): Fencing {
  const agents = pacemaker?.fenceAgents ?? [];
  const method = pacemaker === undefined ? (fencingMethod ?? 'none') : methodOf(agents, fencingMethod);
  return {
    method,
    agents,
    enabled: pacemaker?.fencingEnabled ?? false,
    devices: [...poisonPills],
    watchdog,
    history: pacemaker?.history ?? [],
  };
}

/** SBD without a disk needs no resource, so there only the choice at deployment tells. */
function methodOf(agents: readonly string[], chosen: Fencing['method'] | undefined): Fencing['method'] {
  if (agents.includes('fence_sbd')) return 'sbd-disk';
  if (agents.length > 0) return 'agent';
  return chosen === 'sbd-watchdog' ? 'sbd-watchdog' : 'none';
}
