import type { ClusterSection } from '../../../src/contract/clusterState.ts';
import type { HostView } from '../../../src/contract/consoleApi.ts';
import { initialPolicy, type Policy } from '../../../src/contract/policy.ts';
import { findCluster } from '../clusters/clusterRef.ts';

/** A host of a cluster, as far as the console knows it. */
export interface KnownHost {
  name: string;
  /** Null: no host of the inventory is known to be this one. */
  view: HostView | null;
  /** Its vmcl answers, so what it told is what holds now. */
  online: boolean;
  /** Whether the cluster counts it in at present; null: nobody who could know is online. */
  member: boolean | null;
}

export interface ClusterState {
  id: string;
  name: string;
  /** By name. */
  hosts: KnownHost[];
  /** What the online host says whose word counts most; null: none that has a running engine is online. */
  cluster: ClusterSection | null;
  /** The policy in force; `initialPolicy` while nobody edited it. Null: no host that is online tells it. */
  policy: Policy | null;
  /** Hosts in maintenance. */
  maintenance: ReadonlySet<string>;
}

export const isOnline = (view: HostView): boolean => view.connection.state === 'online';

/** Throws `not-found` if no host of this cluster is known. */
export function readClusterState(views: readonly HostView[], clusterId: string): ClusterState {
  const known = findCluster(views, clusterId);
  const ours = views.filter(
    (view) => isOnline(view) && view.sections.cluster?.id === clusterId && runs(view.sections.cluster),
  );
  const trusted = ours.toSorted((a, b) => Number(isQuorate(b)) - Number(isQuorate(a)));
  const cluster = trusted[0]?.sections.cluster ?? null;
  const members = cluster === null ? null : new Map(cluster.members.map((one) => [one.name, one.online]));
  const byId = new Map(views.map((view) => [view.entry.id, view]));
  const section = policySection(trusted);
  return {
    id: clusterId,
    name: known.name,
    hosts: known.ref.members
      .map(({ nodeName, hostId }) => {
        const view = byId.get(hostId) ?? null;
        return {
          name: nodeName,
          view,
          online: view !== null && isOnline(view),
          member: members === null ? null : (members.get(nodeName) ?? false),
        };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    cluster,
    policy: section === null ? null : (section.policy ?? initialPolicy),
    maintenance: new Set(Object.keys(section?.maintenance ?? {})),
  };
}

const runs = (cluster: ClusterSection): boolean => cluster.engine === 'running';
const isQuorate = ({ sections }: HostView): boolean => sections.cluster?.quorate === true;

/** The newest one that the most trustworthy hosts tell: one that lost quorum may have missed an edit. */
function policySection(trusted: readonly HostView[]) {
  const revision = (view: HostView): number => view.sections.policy?.policy?.revision ?? -1;
  const [best] = trusted
    .filter((view) => view.sections.policy !== undefined)
    .sort((a, b) => Number(isQuorate(b)) - Number(isQuorate(a)) || revision(b) - revision(a));
  return best?.sections.policy ?? null;
}
