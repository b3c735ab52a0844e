import type { Cluster } from '../../store/selectors/clusters.ts';
import type { ConsoleState } from '../../store/state.ts';

/** Compares dotted version numbers; anything after a hyphen is left out. Below zero: `a` is older. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) =>
    (version.split('-')[0] ?? '').split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Names of the cluster's hosts whose host program is older than the console, as a text, so that it compares well. */
export function outdatedHosts(cluster: Cluster): (state: ConsoleState) => string {
  return (state) => {
    const version = state.app?.version;
    if (version === undefined) return '';
    return cluster.hosts
      .filter(({ host }) => {
        const running =
          host === null
            ? undefined
            : (host.connection.vmclVersion ?? state.sections.system[host.id]?.vmclVersion);
        return running !== undefined && compareVersions(running, version) < 0;
      })
      .map(({ name }) => name)
      .join(', ');
  };
}
