import type { Cluster } from '../store/selectors/clusters.ts';
import type { Route } from './routes.ts';

/** Key of the cluster that a screen belongs to; null: to none. */
export function currentCluster(route: Route, clusters: Cluster[]): string | null {
  if (route.screen === 'cluster' || route.screen === 'failover') return route.key;
  if (route.screen !== 'host') return null;
  const cluster = clusters.find(({ hosts }) => hosts.some(({ host }) => host?.id === route.hostId));
  return cluster?.key ?? null;
}
