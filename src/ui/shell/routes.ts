export type ClusterTab = 'overview' | 'hosts' | 'vms' | 'priorities' | 'history' | 'notifications' | 'drill';

export type Route =
  | { screen: 'start' }
  | { screen: 'cluster'; key: string; tab: ClusterTab }
  | { screen: 'failover'; key: string; id: string }
  | { screen: 'hosts' }
  | { screen: 'host'; hostId: string }
  | { screen: 'deploy' }
  | { screen: 'activity'; operationId: string | null }
  | { screen: 'embedded' }
  | { screen: 'settings' };

const tabs: readonly ClusterTab[] = [
  'overview',
  'hosts',
  'vms',
  'priorities',
  'history',
  'notifications',
  'drill',
];

/** The screen that an address means. An address that means nothing leads to the start. */
export function parseRoute(hash: string): Route {
  const parts = decodeParts(hash.replace(/^#?\/?/, ''));
  const [screen, argument, tab, id] = parts;
  switch (screen) {
    case 'clusters': {
      if (argument === undefined) return { screen: 'start' };
      if (tab === 'history' && id !== undefined) return { screen: 'failover', key: argument, id };
      return { screen: 'cluster', key: argument, tab: tabs.find((known) => known === tab) ?? 'overview' };
    }
    case 'hosts':
      return argument === undefined ? { screen: 'hosts' } : { screen: 'host', hostId: argument };
    case 'activity':
      return { screen: 'activity', operationId: argument ?? null };
    case 'deploy':
    case 'embedded':
    case 'settings':
      return { screen };
    default:
      return { screen: 'start' };
  }
}

export function routeHref(route: Route): string {
  switch (route.screen) {
    case 'start':
      return '#/';
    case 'cluster':
      return `#/clusters/${encodeURIComponent(route.key)}/${route.tab}`;
    case 'failover':
      return `#/clusters/${encodeURIComponent(route.key)}/history/${encodeURIComponent(route.id)}`;
    case 'host':
      return `#/hosts/${encodeURIComponent(route.hostId)}`;
    case 'activity':
      return route.operationId === null
        ? '#/activity'
        : `#/activity/${encodeURIComponent(route.operationId)}`;
    case 'hosts':
    case 'deploy':
    case 'embedded':
    case 'settings':
      return `#/${route.screen}`;
  }
}

function decodeParts(path: string): string[] {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    // A damaged percent-encoding: typed by hand, so treat it like any unknown address.
    return [];
  }
}
