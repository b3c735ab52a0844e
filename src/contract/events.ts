import { z } from 'zod';

/**
 * What happened in a cluster beside failovers. Every host keeps a journal of the latest of them; what one host does it
 * tells the others, what all of them see each notes for itself. `mergeEvents` makes one list of several journals.
 */

const time = z.number().int().nonnegative();

export const eventKinds = [
  'link-lost',
  'host-lost',
  'host-returned',
  'fenced',
  'fencing-failed',
  'fence-test',
  'fence-confirmed',
  'sync-failed',
  'deployment',
  'policy-changed',
  'notifications-changed',
  'notification-failed',
  'maintenance-begun',
  'maintenance-ended',
  'rejoined',
  'drill',
  'virtual-ip',
  /** Of a newer host program. */
  'other',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** As many as a host keeps and tells. */
export const keptEvents = 300;
const longestText = 300;
const mostDetails = 20;

export const clusterEventSchema = z.object({
  id: z.uuid(),
  kind: z.enum(eventKinds).catch('other'),
  at: time,
  /** When it was last changed, by the clock of whoever noted it: of two states of one event the later one counts. */
  changedAt: time,
  /** For what lasts (a lost link, a sync that fails): when it was over. Absent: it goes on, or is of a moment. */
  until: time.optional(),
  /** How often it came and went within minutes; absent: once. */
  count: z.number().int().positive().optional(),
  severity: z.enum(['info', 'warning', 'error']),
  /** The host that noted it. */
  notedBy: z.string(),
  /** The host it is about; absent: the cluster as a whole. */
  host: z.string().optional(),
  /** What it is about, where that is not a host: "link 1 n1 n2". */
  subject: z.string().max(longestText).optional(),
  /** The admin who did it: user and machine. */
  by: z.string().max(longestText).optional(),
  /** One sentence. */
  text: z.string().max(longestText),
  details: z.array(z.string().max(longestText)).max(mostDetails).optional(),
});
export type ClusterEvent = z.infer<typeof clusterEventSchema>;

/** What lasts, and so has an end. */
const outages: readonly EventKind[] = ['link-lost', 'sync-failed', 'notification-failed'];
export const isOutage = ({ kind }: Pick<ClusterEvent, 'kind'>): boolean => outages.includes(kind);

/** Several hosts that note the same do so within this time. */
const sameWithinMs = 15_000;
/** Seen by every host alike. What is not of these kinds is noted by one host only. */
const witnessed: readonly EventKind[] = [
  'link-lost',
  'host-lost',
  'host-returned',
  'fenced',
  'fencing-failed',
];

/** Whether two hosts noted the same. */
export function isSameEvent(a: ClusterEvent, b: ClusterEvent): boolean {
  if (a.id === b.id) return true;
  return (
    a.kind === b.kind &&
    witnessed.includes(a.kind) &&
    a.host === b.host &&
    a.subject === b.subject &&
    Math.abs(a.at - b.at) <= sameWithinMs
  );
}

/** One list of several, newest first, with each event once, in its latest state. Pure. */
export function mergeEvents(...lists: readonly (readonly ClusterEvent[])[]): ClusterEvent[] {
  const byId = new Map<string, ClusterEvent>();
  for (const event of lists.flat()) {
    const known = byId.get(event.id);
    if (known === undefined || event.changedAt > known.changedAt) byId.set(event.id, event);
  }
  const merged: ClusterEvent[] = [];
  // The id decides between equals, so that all hosts keep the same one.
  for (const event of [...byId.values()].sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))) {
    if (!merged.some((one) => one.at - event.at <= sameWithinMs && isSameEvent(one, event)))
      merged.push(event);
  }
  return merged;
}

/** What does not fit is cut, so that a long reason costs nobody the event. */
export function clipped(event: ClusterEvent): ClusterEvent {
  const cut = (text: string): string =>
    text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
  const { subject, by, details } = event;
  return {
    ...event,
    text: cut(event.text),
    ...(subject === undefined ? {} : { subject: cut(subject) }),
    ...(by === undefined ? {} : { by: cut(by) }),
    ...(details === undefined ? {} : { details: details.slice(0, mostDetails).map(cut) }),
  };
}
