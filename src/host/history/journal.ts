import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type ClusterEvent,
  clipped,
  clusterEventSchema,
  keptEvents,
  mergeEvents,
} from '../../contract/events.ts';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir } from '../files.ts';
import { readIfThere } from '../filesIfThere.ts';
import type { Host } from '../host.ts';
import { parseJson } from '../json.ts';

const journalSchema = z.object({
  format: z.literal(1),
  /** Up to then the engine was asked what it noticed; by the clock of this host. */
  lookedUntil: z.number().optional(),
  /** One event that cannot be understood costs no other. */
  events: z.array(z.unknown()),
});

export interface EventJournal {
  lookedUntil?: number;
  /** Newest first. */
  events: ClusterEvent[];
}

/** Beside the records of failovers, so that whoever watches these hears of events too. */
const pathOf = ({ paths }: Pick<Host, 'paths'>): string => join(paths.history, 'events.json');

export async function readJournal(host: Pick<Host, 'paths'>): Promise<EventJournal> {
  const text = await readIfThere(pathOf(host));
  const found = text === undefined ? undefined : journalSchema.safeParse(parseJson(text)).data;
  if (found === undefined) return { events: [] };
  const { lookedUntil } = found;
  return {
    events: found.events.flatMap((event) => clusterEventSchema.safeParse(event).data ?? []),
    ...(lookedUntil === undefined ? {} : { lookedUntil }),
  };
}

/**
 * Changes the journal of this host; only one process at a time does. Answers with the events that were not there before, or not in
 * this state.
 */
export async function changeJournal(
  host: Host,
  change: (journal: EventJournal) => EventJournal | Promise<EventJournal>,
): Promise<ClusterEvent[]> {
  return await host.exclusively('events', async () => {
    const before = await readJournal(host);
    const after = await change(before);
    const events = mergeEvents(after.events.map(clipped)).slice(0, keptEvents);
    const known = new Map(before.events.map((event) => [event.id, event.changedAt]));
    const changed = events.filter(({ id, changedAt }) => known.get(id) !== changedAt);
    if (changed.length === 0 && after.lookedUntil === before.lookedUntil) return [];
    await mkdir(host.paths.history, { recursive: true, mode: 0o700 });
    const path = pathOf(host);
    const text = JSON.stringify({ format: 1, ...after, events });
    await writeAtomically(path, `${path}.new`, Buffer.from(`${text}\n`));
    return changed;
  });
}

/** What others noted. */
export async function keepEvents(host: Host, events: readonly ClusterEvent[]): Promise<void> {
  if (events.length === 0) return;
  await changeJournal(host, (journal) => ({ ...journal, events: mergeEvents(journal.events, events) }));
}

export const newEventId = (): string => randomUUID();
