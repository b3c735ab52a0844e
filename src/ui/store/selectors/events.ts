import { type ClusterEvent, mergeEvents } from '../../../contract/events.ts';
import { memoize } from '../memoize.ts';
import type { ConsoleState } from '../state.ts';
import { selectClusters } from './clusters.ts';

/** A switch that goes off takes one link of all hosts with it, at the same moment. */
const SAME_CAUSE_MS = 15_000;

/** Events by key of the cluster, newest first: all that any of its hosts has noted. */
export const selectEvents = memoize(
  [selectClusters, (state: ConsoleState) => state.sections.history] as const,
  (clusters, histories): Record<string, ClusterEvent[]> =>
    Object.fromEntries(
      clusters.map(({ key, hosts }) => [
        key,
        foldLinks(
          mergeEvents(
            ...hosts.flatMap(({ host }) => (host === null ? [] : [histories[host.id]?.events ?? []])),
          ),
        ),
      ]),
    ),
);

const linkOf = ({ kind, subject }: ClusterEvent): string | null =>
  kind === 'link-lost' ? (/^link \d+/.exec(subject ?? '')?.[0] ?? null) : null;

/** One event for a link that several pairs of hosts lost together. It goes on as long as it does for one of them. Pure. */
export function foldLinks(events: readonly ClusterEvent[]): ClusterEvent[] {
  const folded: ClusterEvent[][] = [];
  for (const event of events) {
    const link = linkOf(event);
    const group = folded.findLast(
      ([first]) =>
        link !== null &&
        first !== undefined &&
        linkOf(first) === link &&
        first.at - event.at <= SAME_CAUSE_MS,
    );
    if (group === undefined) folded.push([event]);
    else group.push(event);
  }
  return folded.flatMap((group) => {
    const [first] = group;
    return first === undefined || group.length === 1 ? group : [together(first, group)];
  });
}

function together(first: ClusterEvent, group: readonly ClusterEvent[]): ClusterEvent {
  const { until: _, ...rest } = first;
  const ends = group.flatMap(({ until }) => until ?? []);
  const number = linkOf(first)?.replace('link ', '') ?? '';
  const times = Math.max(...group.map(({ count }) => count ?? 1));
  return {
    ...rest,
    at: Math.min(...group.map(({ at }) => at)),
    subject: `link ${number}`,
    text: `Heartbeat link ${number} between ${group.length} pairs of hosts was lost.`,
    details: group.map(({ subject }) => (subject ?? '').replace(/^link \d+ /, '').replace(' ', ' – ')),
    ...(times > 1 ? { count: times } : {}),
    ...(ends.length === group.length ? { until: Math.max(...ends) } : {}),
  };
}
