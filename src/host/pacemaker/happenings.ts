import type { Member } from '../../contract/clusterState.ts';
import type { EngineHappening } from '../ports/clusterEngine.ts';
import type { ClusterEvent } from './events.ts';
import { parseLinkLog } from './linkLog.ts';

/** What the alert agent noted and what Corosync logged, after `since`, oldest first. Pure. */
export function happeningsOf(
  since: number,
  members: readonly Pick<Member, 'name' | 'nodeId'>[],
  noted: readonly ClusterEvent[],
  log: string,
): EngineHappening[] {
  const names = new Map(members.map(({ name, nodeId }) => [nodeId, name]));
  return [...noted.map(fromAlert), ...parseLinkLog(log, (id) => names.get(id))]
    .filter(({ at }) => at > since)
    .sort((a, b) => a.at - b.at);
}

function fromAlert(event: ClusterEvent): EngineHappening {
  const { node: host, at } = event;
  switch (event.kind) {
    case 'lost':
      return { kind: 'host-lost', host, at };
    case 'member':
      return { kind: 'host-returned', host, at };
    case 'fenced':
    case 'fencing-failed':
      return { kind: event.kind, host, at, detail: event.detail };
  }
}
