import type { ClusterSection } from '../../../../contract/clusterState.ts';
import type { HostFacts } from '../../../../contract/deployment.ts';
import type { QuorumDisksSection } from '../../../../contract/hostState.ts';
import type { Cluster } from '../../../store/selectors/clusters.ts';
import { commonDevices, quorumDiskCandidates } from './devices.ts';
import { networkOf } from './networks.ts';

export interface NewMember {
  nodeName: string;
  /** By link, in link order. */
  linkAddresses: string[];
  /** Null: the cluster keeps its quorum disks in image files. */
  quorumDiskDevice: string | null;
}

/** Fields for a host that joins, as the cluster and the host's facts suggest. */
export function proposeMember(
  cluster: Cluster,
  facts: HostFacts,
  quorumDisks: Record<string, QuorumDisksSection>,
): NewMember {
  const sources = quorumDiskSources(cluster, quorumDisks);
  const onDevices = sources.some((source) => source.startsWith('/dev/'));
  const free = quorumDiskCandidates(commonDevices([facts])).filter(({ path }) => !sources.includes(path));
  return {
    nodeName: facts.hostname.split('.')[0] ?? facts.hostname,
    linkAddresses: linksOf(cluster.view).map((local) => addressNextTo(local, facts)),
    quorumDiskDevice: onDevices ? (free[0]?.path ?? '') : null,
  };
}

/** The chosen view's own address on each link. */
export function linksOf(view: ClusterSection): string[] {
  return view.links.toSorted((a, b) => a.link - b.link).map(({ localAddress }) => localAddress);
}

function quorumDiskSources(cluster: Cluster, sections: Record<string, QuorumDisksSection>): string[] {
  return cluster.hosts.flatMap(({ host }) =>
    host === null ? [] : (sections[host.id]?.disks ?? []).map(({ source }) => source),
  );
}

/** The host's address in the network of an address of another host; empty if it has none there. */
function addressNextTo(other: string, facts: HostFacts): string {
  const found = facts.addresses.find(({ address, prefix }) => {
    const network = networkOf(address, prefix);
    return network !== null && network === networkOf(other, prefix);
  });
  return found?.address ?? '';
}
