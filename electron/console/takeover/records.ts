import type { Logger } from 'pino';
import { MinimeError, toErrorInfo } from '../../../src/contract/errors.ts';
import type { FailoverRecord } from '../../../src/contract/failover.ts';
import { findCluster } from '../clusters/clusterRef.ts';
import type { EventHub } from '../events.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { ask, type MemberSession, onlineMembers } from './ask.ts';
import { isOnline } from './clusterState.ts';

/** So many of the latest failovers tell how long things take. */
const KEPT = 5;

/**
 * The record of a failover, from whichever online host has the newest state of it: its owner before others, those
 * that list it before those that do not. Rejects with `unreachable` or with what the last one that was asked said.
 */
export async function fetchRecord(
  sessions: Sessions,
  clusterId: string,
  id: string,
): Promise<FailoverRecord> {
  const cluster = findCluster(sessions.views(), clusterId);
  let problem: unknown = new MinimeError({
    kind: 'unreachable',
    message: `No host of ${cluster.name} is connected.`,
    remedy: 'Connect to a host of the cluster, then try again.',
  });
  for (const { session } of byKnowledge(onlineMembers(sessions, cluster), id)) {
    try {
      return (await ask(session, 'failover.get', { id })).record;
    } catch (thrown) {
      problem = thrown;
    }
  }
  throw problem;
}

function byKnowledge(members: readonly MemberSession[], id: string): MemberSession[] {
  const rank = ({ name, session }: MemberSession): number => {
    const { history } = session.view().sections;
    if (history?.carriedOn.includes(id) === true) return 0;
    const listed = history?.failovers.find((failover) => failover.id === id);
    if (listed === undefined) return 3;
    return listed.owner === name ? 1 : 2;
  };
  return members.toSorted((a, b) => rank(a) - rank(b));
}

/** The latest failovers that have ended, fetched as soon as a host tells of them. */
export interface PastRecords {
  of(clusterId: string): FailoverRecord[];
  dispose(): void;
}

export function followRecords(options: {
  sessions: Sessions;
  events: EventHub;
  logger: Logger;
}): PastRecords {
  const { sessions, events, logger } = options;
  const records = new Map<string, Map<string, FailoverRecord>>();
  const fetching = new Set<string>();

  const fetch = async (clusterId: string, id: string) => {
    if (records.get(clusterId)?.has(id) === true || fetching.has(id)) return;
    fetching.add(id);
    try {
      const record = await fetchRecord(sessions, clusterId, id);
      const known = records.get(clusterId) ?? new Map<string, FailoverRecord>();
      known.set(id, record);
      records.set(clusterId, newest(known));
    } catch (thrown) {
      // Only the forecast's seconds depend on it, and the next change of the list tries it again.
      logger.info(
        { clusterId, message: toErrorInfo(thrown).message },
        'record of a failover was not fetched',
      );
    } finally {
      fetching.delete(id);
    }
  };

  const look = (hostId: string) => {
    const view = sessions.get(hostId).view();
    const { history, cluster } = view.sections;
    // The sections a host begins with come before it can be asked.
    if (cluster?.id === undefined || !isOnline(view)) return;
    const ended = (history?.failovers ?? []).filter((failover) => failover.ended !== undefined);
    for (const { id } of ended.slice(0, KEPT)) void fetch(cluster.id, id);
  };
  const end = events.onEvent(({ name, data }) => {
    if (name === 'host.section' && data.section === 'history') look(data.hostId);
    else if (name === 'host.connection' && data.connection.state === 'online') look(data.hostId);
  });
  return {
    of: (clusterId) => [...(records.get(clusterId)?.values() ?? [])],
    dispose: end,
  };
}

function newest(records: ReadonlyMap<string, FailoverRecord>): Map<string, FailoverRecord> {
  const sorted = [...records].sort(([, a], [, b]) => b.times.begun - a.times.begun);
  return new Map(sorted.slice(0, KEPT));
}
