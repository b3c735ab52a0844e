import { MinimeError } from '../../../src/contract/errors.ts';
import type { HostCallName, HostCallParams, HostCallResult } from '../../../src/contract/hostProtocol.ts';
import { findCluster, type KnownCluster, requireMember } from '../clusters/clusterRef.ts';
import type { HostSession } from '../sessions/hostSession.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { isOnline } from './clusterState.ts';

/** How long a host is given to answer. What it begins goes on by itself and is told by its sections. */
const ANSWER_MS = 30_000;

export interface MemberSession {
  name: string;
  session: HostSession;
}

/** The hosts of a cluster that can be asked now. */
export function onlineMembers(sessions: Sessions, cluster: KnownCluster): MemberSession[] {
  const online = new Set(
    sessions
      .views()
      .filter(isOnline)
      .map((view) => view.entry.id),
  );
  return cluster.ref.members
    .filter(({ hostId }) => online.has(hostId))
    .map(({ nodeName, hostId }) => ({ name: nodeName, session: sessions.get(hostId) }));
}

/** A host that holds quorum, so that what it is told counts. Throws `unreachable`. */
export function quorateMember(
  sessions: Sessions,
  cluster: KnownCluster,
  isSuitable: (name: string) => boolean = () => true,
): MemberSession {
  const found = onlineMembers(sessions, cluster).find(({ name, session }) => {
    const section = session.view().sections.cluster;
    return section?.engine === 'running' && section.quorate && isSuitable(name);
  });
  if (found !== undefined) return found;
  throw new MinimeError({
    kind: 'unreachable',
    message: `No host of ${cluster.name} that holds quorum is connected.`,
    remedy: 'Connect to a host of the part of the cluster that has quorum, then try again.',
  });
}

/** Asks one host of a cluster, by its node name. Rejects with `not-found`, `unreachable`, or the host's own error. */
export async function askMember<K extends HostCallName>(
  sessions: Sessions,
  clusterId: string,
  node: string,
  name: K,
  params: HostCallParams<K>,
): Promise<HostCallResult<K>> {
  const cluster = findCluster(sessions.views(), clusterId);
  requireMember(cluster, node);
  const member = cluster.ref.members.find(({ nodeName }) => nodeName === node);
  const known = sessions.views().some((view) => view.entry.id === member?.hostId);
  if (member === undefined || !known) {
    throw new MinimeError({
      kind: 'unreachable',
      host: node,
      message: `${node} is not in the inventory of this console.`,
      remedy: `Add ${node} to the console, then try again.`,
    });
  }
  return await ask(sessions.get(member.hostId), name, params);
}

export async function ask<K extends HostCallName>(
  session: HostSession,
  name: K,
  params: HostCallParams<K>,
): Promise<HostCallResult<K>> {
  return await session.vmcl().call(name, params, { timeoutMs: ANSWER_MS });
}
