import type { ClusterEvent } from '../../contract/events.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { fencingFailedMessage } from '../notify/message.ts';
import { notify } from '../notify/send.ts';
import { contextMs, digest, settleMs } from './digest.ts';
import { changeJournal, newEventId } from './journal.ts';

/** What happened longer ago than that while nobody looked is not dug out. */
const oldestMs = 24 * 60 * 60_000;

/**
 * Notes what the engine noticed since it was last asked. The others notice it themselves, so nobody is told. Never rejects: it is
 * tried again with the next sync.
 */
export async function collectEvents(host: Host): Promise<void> {
  try {
    const self = await nodeNameOf(host);
    let known = new Set<string>();
    const changed = await changeJournal(host, async ({ events, lookedUntil }) => {
      known = new Set(events.map(({ id }) => id));
      const now = host.clock.now();
      const until = Math.floor(now - settleMs);
      // Of before this host belonged to the cluster there is nothing to tell.
      if (lookedUntil === undefined) return { events, lookedUntil: until };
      const since = Math.max(lookedUntil, now - oldestMs);
      const happenings = await host.engine.happened(since - contextMs);
      if (happenings.length === 0) return { events, lookedUntil };
      return {
        events: digest(events, happenings, since, { self, now, newId: newEventId }),
        lookedUntil: Math.max(until, lookedUntil),
      };
    });
    await tellOfFencing(
      host,
      self,
      changed.filter(({ id }) => !known.has(id)),
    );
  } catch (error) {
    host.log.warn({ error }, 'what the cluster engine noticed could not be noted');
  }
}

/** As long as fencing fails nobody owns a takeover, so the first of the members that are left speaks for all. */
async function tellOfFencing(host: Host, self: string, fresh: readonly ClusterEvent[]): Promise<void> {
  const failed = fresh.filter(({ kind }) => kind === 'fencing-failed');
  if (failed.length === 0) return;
  const { members, quorate } = await host.engine.state();
  const first = members.find(({ online }) => online)?.name;
  if (!quorate || first !== self) return;
  await Promise.all(failed.map((event) => notify(host, fencingFailedMessage(event.host ?? ''))));
}
