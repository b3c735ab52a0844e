import { isAlive, type VmRow } from '../../../store/selectors/vms.ts';

/** VMs that run on each host, by the host's name. */
export function runningByHost(rows: readonly VmRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { runningOn, state } of rows) {
    if (!isAlive(state)) continue;
    for (const { name } of runningOn) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** The hosts of the what-if: those chosen, as far as they are in the cluster, else the one with most VMs. */
export function failedHosts(
  chosen: readonly string[] | null,
  hosts: readonly string[],
  running: ReadonlyMap<string, number>,
): string[] {
  if (chosen !== null) return chosen.filter((host) => hosts.includes(host));
  const [busiest] = hosts.toSorted((a, b) => (running.get(b) ?? 0) - (running.get(a) ?? 0));
  return busiest === undefined ? [] : [busiest];
}
