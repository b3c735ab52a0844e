import { summaryOf } from '../../contract/failover.ts';
import type { HistorySection } from '../../contract/hostState.ts';
import { readJournal } from '../history/journal.ts';
import { listRecords } from '../history/store.ts';
import type { Host } from '../host.ts';
import { readActivity } from '../takeover/activity.ts';

export async function readHistorySection(host: Host): Promise<HistorySection> {
  // A takeover says that it goes on from before its record is there until after that has ended: looked at before and after
  // the records, one that has just begun or just ended is never taken for interrupted.
  const before = await carriedOnBy(host);
  const [records, { events }] = await Promise.all([listRecords(host.paths), readJournal(host)]);
  const after = await carriedOnBy(host);
  return {
    failovers: records.map(summaryOf),
    carriedOn: [...new Set([...before, ...after])].sort(),
    events,
  };
}

async function carriedOnBy(host: Host): Promise<string[]> {
  const [away, own] = await Promise.all([readActivity(host, 'takeover'), readActivity(host, 'rejoin')]);
  return [...away.running, ...own.running];
}
