import type { ClusterEvent } from '../../contract/events.ts';
import type { EngineHappening } from '../ports/clusterEngine.ts';
import { type NewEvent, newEvent, withOutage, withOutageEnded } from './outages.ts';

/** What happened is looked at when it is so old: a host that dies takes its links with it, and these are no news. */
export const settleMs = 15_000;
/** A link is lost before its host: Corosync waits for its token. */
const beforeHostMs = 30_000;
/** A host that has just come up sees all others join it. */
const ownReturnMs = 30_000;
/** What happened so long before what is new may explain it. */
export const contextMs = Math.max(beforeHostMs, ownReturnMs);
/** Fencing that fails is tried again and again; within this time it is one event. */
const foldMs = 10 * 60_000;

export interface DigestOptions {
  self: string;
  now: number;
  newId: () => string;
}

/**
 * Events of a host, newest first, with what its engine noticed after `lookedUntil` and up to `settleMs` ago. A link that comes and
 * goes is one event with a count, and so is fencing that keeps failing. Happenings of `contextMs` before are only looked at. Pure.
 */
export function digest(
  known: readonly ClusterEvent[],
  happenings: readonly EngineHappening[],
  lookedUntil: number,
  options: DigestOptions,
): ClusterEvent[] {
  const until = options.now - settleMs;
  const due = happenings.filter(({ at }) => at > lookedUntil && at <= until).sort((a, b) => a.at - b.at);
  return due.reduce<ClusterEvent[]>(
    (events, one) =>
      isOfLostHost(one, happenings) || isNoReturn(one, happenings, events, options.self)
        ? events
        : add(events, one, options),
    [...known],
  );
}

function isOfLostHost(one: EngineHappening, all: readonly EngineHappening[]): boolean {
  if (one.kind !== 'link-lost') return false;
  return all.some(
    ({ kind, at, ...other }) =>
      kind === 'host-lost' &&
      'host' in other &&
      other.host === one.peer &&
      at >= one.at - beforeHostMs &&
      at <= one.at + beforeHostMs,
  );
}

/** Whoever was not seen since the cluster came up is fenced without having been lost. */
const standings: ReadonlySet<ClusterEvent['kind']> = new Set(['host-lost', 'fenced', 'host-returned']);

/**
 * Those who were there tell of a return, since they saw the loss or fenced the host. Who comes up itself is told of itself and of all others, by
 * Pacemaker, of any of them or of none: that depends on when it has read where to tell it.
 */
function isNoReturn(
  one: EngineHappening,
  all: readonly EngineHappening[],
  events: readonly ClusterEvent[],
  self: string,
): boolean {
  if (one.kind !== 'host-returned') return false;
  if (one.host === self) return true;
  const known = events.find(({ kind, host }) => host === one.host && standings.has(kind));
  if (known === undefined || known.kind === 'host-returned') return true;
  return all.some(
    (other) =>
      other.kind === 'host-returned' && other.host === self && Math.abs(other.at - one.at) <= ownReturnMs,
  );
}

function add(
  events: readonly ClusterEvent[],
  one: EngineHappening,
  { self, newId }: DigestOptions,
): ClusterEvent[] {
  const make = (event: NewEvent): ClusterEvent => newEvent(event, { at: one.at, by: self, id: newId() });
  const { at } = one;
  switch (one.kind) {
    case 'link-lost':
      return withOutage(events, make(lostLink(self, one.link, one.peer)));
    case 'link-restored':
      return withOutageEnded(events, lostLink(self, one.link, one.peer), at);
    case 'host-lost':
      return insert(
        events,
        make({
          kind: 'host-lost',
          severity: 'error',
          host: one.host,
          text: `${one.host} is no longer a member of the cluster.`,
        }),
      );
    case 'host-returned':
      return insert(
        events,
        make({
          kind: 'host-returned',
          severity: 'info',
          host: one.host,
          text: `${one.host} is a member of the cluster.`,
        }),
      );
    case 'fenced':
      return insert(
        events,
        make({
          kind: 'fenced',
          severity: 'warning',
          host: one.host,
          text: `${one.host} was fenced.`,
          ...detailsOf(one.detail),
        }),
      );
    case 'fencing-failed': {
      const before = events.find(({ kind, host }) => kind === 'fencing-failed' && host === one.host);
      if (before !== undefined && at - before.changedAt <= foldMs) {
        const again = { ...before, changedAt: at, count: (before.count ?? 1) + 1 };
        return events.map((event) => (event === before ? again : event));
      }
      return insert(
        events,
        make({
          kind: 'fencing-failed',
          severity: 'error',
          host: one.host,
          text: `The fencing of ${one.host} failed.`,
          ...detailsOf(one.detail),
        }),
      );
    }
  }
}

const detailsOf = (detail: string): { details?: string[] } => (detail === '' ? {} : { details: [detail] });

/** Both ends note it, and mean the same. Links have the numbers that Corosync gives them, from 0. */
function lostLink(self: string, link: number, peer: string): NewEvent {
  const ends = [self, peer].sort();
  return {
    kind: 'link-lost',
    severity: 'warning',
    subject: `link ${link} ${ends.join(' ')}`,
    text: `Heartbeat link ${link} between ${ends.join(' and ')} was lost.`,
  };
}

const insert = (events: readonly ClusterEvent[], event: ClusterEvent): ClusterEvent[] =>
  [event, ...events].sort((a, b) => b.at - a.at);
