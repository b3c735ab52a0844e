import type { Readiness } from '../contract/plan.ts';
import { readCluster } from './cluster.ts';
import type { ClusterInput } from './input.ts';
import { planFailure, SEARCH_LIMIT } from './plan.ts';

/**
 * For every host, the plan if it failed now. VMs that run nowhere are left out: they are no consequence of the failure.
 * Throws `invalid-input` if a host name or a VM uuid comes twice.
 */
export function readiness(input: ClusterInput): Readiness[] {
  return [...eachReadiness(input)];
}

/** The same, one host at a time, for those who must not be held up for all of them. */
export function* eachReadiness(input: ClusterInput): Generator<Readiness, void> {
  const cluster = readCluster(input);
  const searchLimit = input.searchLimit ?? SEARCH_LIMIT;
  for (const { name } of cluster.hosts) {
    yield { host: name, plan: planFailure(cluster, { failed: [name], strays: false, searchLimit }) };
  }
}
