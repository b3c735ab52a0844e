import type { ClusterSection } from '../../contract/clusterState.ts';
import { configIfGood, type Host } from '../host.ts';
import { clusterProblems } from './clusterProblems.ts';

export async function readCluster(host: Host): Promise<ClusterSection> {
  const [state, config, identity] = await Promise.all([
    host.engine.state(),
    configIfGood(host),
    host.machine.identity(),
  ]);
  const self = state.localNode ?? config?.nodeName ?? identity.hostname;
  const name = state.clusterName ?? config?.clusterName;
  return {
    engine: state.engine,
    quorate: state.quorate,
    members: state.members,
    links: state.links,
    fencing: state.fencing,
    quorumDisks: state.quorumDisks,
    virtualIps: state.virtualIps,
    problems: clusterProblems(state, self),
    ...(config === undefined ? {} : { id: config.clusterId }),
    ...(name === undefined ? {} : { name }),
    ...(state.transport === undefined ? {} : { transport: state.transport }),
    ...(state.votes === undefined ? {} : { votes: state.votes }),
    ...(state.timing === undefined ? {} : { timing: state.timing }),
  };
}
