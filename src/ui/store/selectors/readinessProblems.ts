import type { ClusterReadiness } from '../../../contract/consoleApi.ts';
import type { Finding } from '../../../contract/finding.ts';
import type { Plan } from '../../../contract/plan.ts';
import type { Cluster } from './clusters.ts';

/** VMs that a sentence names before it says "and n more". */
const NAMED = 5;

/** What would go wrong if a host failed now, and nobody wants it so. */
export function readinessProblems(cluster: Cluster, readiness: Record<string, ClusterReadiness>): Finding[] {
  const now = readiness[cluster.id ?? ''];
  return now === undefined || cluster.viewFrom.freshness !== 'live' ? [] : outOfRoom(now);
}

/** VMs that stay down for want of room: those that rules leave down are wanted so, the unprotected are told already. */
function outOfRoom({ hosts }: ClusterReadiness): Finding[] {
  const short = hosts
    .map(({ host, plan }) => ({ host, down: plan.vms.filter(isOutOfRoom).map(({ name }) => name) }))
    .filter(({ down }) => down.length > 0);
  if (short.length === 0) return [];
  const names = [...new Set(short.flatMap(({ down }) => down))];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  const hostNames = short.map(({ host }) => host);
  return [
    {
      id: 'readiness-no-room',
      severity: 'warning',
      title: `Not every VM could be restarted if ${orOf(hostNames)} failed now`,
      cause: `The other hosts have no room for ${names.slice(0, NAMED).join(', ')}${more}.`,
      remedy: 'See “If a host failed now” for the reasons. Free memory or CPU, or lower a threshold.',
    },
  ];
}

const isOutOfRoom = (vm: Plan['vms'][number]): boolean =>
  vm.outcome === 'stays-down' && (vm.cause === 'no-host' || vm.cause === 'undecided');

/** "n1, n2 or n3". */
function orOf(names: readonly string[]): string {
  if (names.length > 3) return `one of ${names.length} hosts`;
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
