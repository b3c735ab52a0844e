import { summaryOf } from '../../contract/failover.ts';
import type { HistorySection } from '../../contract/hostState.ts';
import { readJournal } from '../history/journal.ts';
import { listRecords } from '../history/store.ts';
import type { Host } from '../host.ts';

export async function readHistorySection(host: Host): Promise<HistorySection> {
  const [records, { events }] = await Promise.all([listRecords(host.paths), readJournal(host)]);
  return { failovers: records.map(summaryOf), events };
}
