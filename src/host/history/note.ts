import type { ClusterEvent } from '../../contract/events.ts';
import { configIfGood, type Host, nodeNameOf } from '../host.ts';
import { changeJournal, type EventJournal, newEventId } from './journal.ts';
import { type NewEvent, newEvent, withOutage, withOutageEnded } from './outages.ts';

const tellTimeoutMs = 3000;

/** `told` resolves when all other hosts have it, or do not answer: for programs that end after that. Neither ever rejects. */
interface Noted {
  told: Promise<void>;
}

/** Notes what happened here, and tells the other hosts. Never rejects: nothing fails because it could not be noted. */
export async function noteEvent(host: Host, event: NewEvent): Promise<Noted> {
  return await noted(host, async (journal) => {
    const by = await nodeNameOf(host);
    const made = newEvent(event, { at: host.clock.now(), by, id: newEventId() });
    return { ...journal, events: [made, ...journal.events] };
  });
}

/** Notes that something that lasts has begun, or goes on; `over`: that it does not. */
export async function noteOutage(
  host: Host,
  event: NewEvent,
  { over }: { over: boolean } = { over: false },
): Promise<Noted> {
  return await noted(host, async (journal) => {
    const at = host.clock.now();
    if (over) return { ...journal, events: withOutageEnded(journal.events, event, at) };
    const made = newEvent(event, { at, by: await nodeNameOf(host), id: newEventId() });
    return { ...journal, events: withOutage(journal.events, made) };
  });
}

async function noted(host: Host, change: (journal: EventJournal) => Promise<EventJournal>): Promise<Noted> {
  try {
    const events = await changeJournal(host, change);
    return { told: tellOthers(host, events) };
  } catch (error) {
    host.log.error({ error }, 'what happened could not be noted');
    return { told: Promise.resolve() };
  }
}

async function tellOthers(host: Host, events: ClusterEvent[]): Promise<void> {
  if (events.length === 0) return;
  const config = await configIfGood(host);
  const others = Object.keys(config?.dispatch?.hosts ?? {}).filter((name) => name !== config?.nodeName);
  await Promise.all(
    others.map((other) =>
      host.peers
        .call(other, 'events.note', { events }, { timeoutMs: tellTimeoutMs })
        // Whoever is down fetches it on its return.
        .catch((error: unknown) => host.log.info({ error, other }, 'a host was not told what happened')),
    ),
  );
}
