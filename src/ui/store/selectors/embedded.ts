import { memoize } from '../memoize.ts';
import type { ConsoleState } from '../state.ts';
import { type Cluster, selectClusters } from './clusters.ts';

const noIds: ReadonlySet<string> = new Set();

/** Ids of the clusters that Minime runs itself. */
const selectEmbeddedIds = memoize([(state: ConsoleState) => state.embedded] as const, (site) =>
  site === null ? noIds : new Set(site.clusters.map(({ id }) => id)),
);

/** The embedded clusters of which the console has heard, in order of their names. */
export const selectEmbeddedClusters = memoize(
  [selectClusters, selectEmbeddedIds] as const,
  (clusters, ids): Cluster[] => clusters.filter((cluster) => isEmbedded(cluster, ids)),
);

/** Also while the site itself is not there, the hosts of the inventory tell what they are. */
function isEmbedded({ id, hosts }: Cluster, ids: ReadonlySet<string>): boolean {
  return (id !== null && ids.has(id)) || hosts.some(({ host }) => host?.embedded === true);
}
