import type { ClusterEvent } from '../../contract/events.ts';

/** What is to be noted, without who notes it and when. */
export type NewEvent = Pick<ClusterEvent, 'kind' | 'severity' | 'text'> &
  Partial<Pick<ClusterEvent, 'host' | 'subject' | 'by' | 'details'>>;

export const newEvent = (
  event: NewEvent,
  { at, by, id }: { at: number; by: string; id: string },
): ClusterEvent => ({
  ...event,
  id,
  at: Math.floor(at),
  changedAt: Math.floor(at),
  notedBy: by,
});

/** What comes back within this time is the same outage once more. */
const sameOutageMs = 10 * 60_000;

/** Each state of an event is later than the one before, also where a clock stands or is set back. */
const after = ({ changedAt }: ClusterEvent, at: number): number => Math.max(Math.floor(at), changedAt + 1);

type Topic = Pick<NewEvent, 'kind' | 'host' | 'subject'>;

const isAbout = (event: ClusterEvent, { kind, host, subject }: Topic): boolean =>
  event.kind === kind && event.host === host && event.subject === subject;

/** The one about this that goes on, among events that are newest first. */
const openOutage = (events: readonly ClusterEvent[], topic: Topic): ClusterEvent | undefined =>
  events.find((event) => isAbout(event, topic) && event.until === undefined);

/** With the outage; the same list if it is known to go on. Newest first. Pure. */
export function withOutage(events: readonly ClusterEvent[], outage: ClusterEvent): ClusterEvent[] {
  if (openOutage(events, outage) !== undefined) return [...events];
  const before = events.find((event) => isAbout(event, outage));
  if (before?.until !== undefined && outage.at - before.until <= sameOutageMs) {
    const { until: _, ...reopened } = before;
    const again = { ...reopened, changedAt: after(before, outage.at), count: (before.count ?? 1) + 1 };
    return events.map((event) => (event === before ? again : event));
  }
  return [outage, ...events].sort((a, b) => b.at - a.at);
}

/** With the end of what goes on about this; the same list if nothing does. Pure. */
export function withOutageEnded(events: readonly ClusterEvent[], topic: Topic, at: number): ClusterEvent[] {
  const open = openOutage(events, topic);
  return events.map((event) =>
    event === open ? { ...event, until: Math.floor(at), changedAt: after(event, at) } : event,
  );
}
