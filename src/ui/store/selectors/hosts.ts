import type { Connection } from '../../../contract/inventory.ts';
import { keeper, memoize } from '../memoize.ts';
import type { ConsoleState } from '../state.ts';

/**
 * How far a host's data can be believed. `live`: pushed right now. `stale`: was live once, may be wrong by now.
 * `none`: the host never told anything.
 */
export type Freshness = 'live' | 'stale' | 'none';

export interface HostIdentity {
  id: string;
  /** Name as the admin knows it: the node name, or the address until the host told its name. */
  name: string;
  address: string;
  /** It is none of real machines: Minime runs it itself. */
  embedded: boolean;
  connection: Connection;
  freshness: Freshness;
  /** When the data was last known to be right, by this machine's clock; null: never or still live. */
  staleSince: number | null;
}

const fallbackConnection: Connection = { state: 'disconnected', since: 0 };

const keepHosts = keeper<HostIdentity>();

/** Every host of the inventory, by id. Does not depend on load or VMs. */
export const selectHosts = memoize(
  [
    (state: ConsoleState) => state.hostIds,
    (state: ConsoleState) => state.entries,
    (state: ConsoleState) => state.connections,
    (state: ConsoleState) => state.lastHeardAt,
    (state: ConsoleState) => state.sections.system,
    (state: ConsoleState) => state.linkLostAt,
  ] as const,
  (ids, entries, connections, lastHeardAt, system, linkLostAt): Record<string, HostIdentity> => {
    const hosts = new Map<string, HostIdentity>();
    for (const id of ids) {
      const connection = connections[id] ?? fallbackConnection;
      const online = connection.state === 'online';
      const heard = lastHeardAt[id] ?? null;
      const told = system[id] !== undefined;
      const live = online && linkLostAt === null;
      hosts.set(id, {
        id,
        name: system[id]?.nodeName ?? entries[id]?.lastKnown?.nodeName ?? entries[id]?.address ?? id,
        address: entries[id]?.address ?? id,
        embedded: entries[id]?.embedded === true,
        connection,
        freshness: live ? 'live' : told ? 'stale' : 'none',
        staleSince: live ? null : online ? linkLostAt : heard,
      });
    }
    return Object.fromEntries(keepHosts(hosts));
  },
);
