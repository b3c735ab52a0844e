import type { FailoverRecord } from '../../contract/failover.ts';

/**
 * Where VMs were running, by uuid, that could not be handed over there, by the newest record that knows them: a host whose quorum
 * disk could not be written has them still, and no journal may tell. `records`: newest first.
 */
export function lastKnownHosts(records: readonly FailoverRecord[]): Map<string, string> {
  const known = new Set<string>();
  const hosts = new Map<string, string>();
  for (const { vms } of records) {
    for (const { uuid, outcome, host, handedOver } of vms) {
      if (known.has(uuid) || outcome === 'not-wanted' || outcome === 'pending') continue;
      known.add(uuid);
      const runs = outcome === 'running' || outcome === 'running-elsewhere';
      if (runs && host !== undefined && !handedOver) hosts.set(uuid, host);
    }
  }
  return hosts;
}
