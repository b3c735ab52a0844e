import { describe, expect, it } from 'vitest';
import { parseRoute, type Route, routeHref } from './routes.ts';

describe('addresses of screens', () => {
  it.each<Route>([
    { screen: 'start' },
    { screen: 'cluster', key: 'foreign-my cluster/ä', tab: 'vms' },
    { screen: 'hosts' },
    { screen: 'host', hostId: 'a/b c' },
    { screen: 'deploy' },
    { screen: 'activity', operationId: null },
    { screen: 'activity', operationId: 'o-1' },
    { screen: 'settings' },
  ])('leads back to $screen', (route) => expect(parseRoute(routeHref(route))).toEqual(route));

  it.each(['', '#', '#/nowhere', '#/clusters', '#/%E0%A4%A'])('takes %j for the start', (hash) =>
    expect(parseRoute(hash)).toEqual({ screen: 'start' }),
  );

  it('opens the overview when the tab is unknown', () =>
    expect(parseRoute('#/clusters/c1/nonsense')).toEqual({ screen: 'cluster', key: 'c1', tab: 'overview' }));
});
