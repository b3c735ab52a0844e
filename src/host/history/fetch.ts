import { setMaxListeners } from 'node:events';
import { MinimeError } from '../../contract/errors.ts';
import type { Host } from '../host.ts';
import { keepEvents } from './journal.ts';
import { listRecords, storeRecord } from './store.ts';

/** For one answer: what a slow host knows, most of the others know too. */
const timeoutMs = 3000;

/**
 * Gets the records and events that this host missed from the others: all hosts are asked at once, then for all records at once. A
 * host that does not answer has most of them in common with the rest.
 */
export async function fetchMissed(
  host: Host,
  others: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  // Every question that is open listens for the cancel.
  if (signal !== undefined) setMaxListeners(0, signal);
  const options = signal === undefined ? { timeoutMs } : { timeoutMs, signal };
  await Promise.all([
    fetchRecords(host, others, options),
    ...others.map((other) => fetchEvents(host, other, options)),
  ]);
}

type CallOptions = { timeoutMs: number; signal?: AbortSignal };

async function fetchRecords(host: Host, others: readonly string[], options: CallOptions): Promise<void> {
  const here = new Map(
    (await listRecords(host.paths)).map(({ id, times }) => [id, times.ended !== undefined]),
  );
  /** By id: who has it, those who know how it ended first. */
  const holders = new Map<string, string[]>();
  const ask = async (other: string): Promise<void> => {
    const { records } = await host.peers.call(other, 'failover.list', {}, options);
    for (const { id, ended } of records) {
      const known = here.get(id);
      if (known === true || (known === false && !ended)) continue;
      const before = holders.get(id) ?? [];
      holders.set(id, ended ? [other, ...before] : [...before, other]);
    }
  };
  await Promise.all(others.map((other) => tried(host, other, () => ask(other))));
  await Promise.all(
    [...holders].map(async ([id, from]) => {
      for (const other of from) {
        const get = async (): Promise<void> => {
          const { record } = await host.peers.call(other, 'failover.get', { id }, options);
          await storeRecord(host, record);
        };
        if (await tried(host, other, get)) return;
      }
    }),
  );
}

/** False: it did not come off, which is logged. */
async function tried(host: Host, other: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof MinimeError)) throw error;
    host.log.warn({ error, other }, 'the records of failovers could not be fetched from a host');
    return false;
  }
}

async function fetchEvents(host: Host, other: string, options: CallOptions): Promise<void> {
  try {
    const { events } = await host.peers.call(other, 'events.list', {}, options);
    await keepEvents(host, events);
  } catch (error) {
    host.log.warn({ error, other }, 'events could not be fetched from a host');
  }
}
