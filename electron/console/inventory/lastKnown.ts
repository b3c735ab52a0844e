import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { HostView } from '../../../src/contract/consoleApi.ts';
import type { LastKnown } from '../../../src/contract/inventory.ts';
import type { EventHub } from '../events.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Inventory } from './inventory.ts';

/** What a host tells of itself; null until it has told its name and whether it belongs to a cluster. */
export function lastKnownOf({ sections: { system, cluster } }: HostView): LastKnown | null {
  if (system === undefined || cluster === undefined) return null;
  const { nodeName } = system;
  if (cluster.engine === 'none' || cluster.id === undefined) return { nodeName };
  return { nodeName, cluster: { id: cluster.id, name: cluster.name ?? cluster.id } };
}

export interface RememberOptions {
  inventory: Inventory;
  sessions: Sessions;
  events: EventHub;
  logger: Logger;
}

/** Writes down what hosts tell of themselves, whenever it changes, and that a bare one is of no cluster. Returns its end. */
export function rememberHosts({ inventory, sessions, events, logger }: RememberOptions): () => void {
  return events.onEvent((event) => {
    if (event.name === 'host.connection' && event.data.connection.state === 'bare') {
      const known = inventory.find(event.data.hostId)?.lastKnown;
      if (known !== undefined) remember(event.data.hostId, { nodeName: known.nodeName });
    }
    if (event.name !== 'host.section') return;
    const { hostId, section } = event.data;
    if (section !== 'system' && section !== 'cluster') return;
    remember(hostId, lastKnownOf(sessions.get(hostId).view()));
  });

  function remember(hostId: string, lastKnown: LastKnown | null): void {
    if (lastKnown === null || isDeepStrictEqual(lastKnown, inventory.find(hostId)?.lastKnown)) return;
    inventory.remember(hostId, lastKnown).catch((error: unknown) => {
      // Only a convenience for the next start; the folder's own trouble is told by whatever the admin does next.
      logger.warn({ hostId, err: error }, 'what the host told of itself was not kept');
    });
  }
}
