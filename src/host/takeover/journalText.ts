import type { JournalContent, JournalLine } from './journalEvents.ts';
import { journalLineSchema } from './journalEvents.ts';
import { seal, unseal } from './signed.ts';
import type { DiskKey } from './signedFile.ts';

type Identity = Pick<DiskKey, 'home' | 'clusterId' | 'key'>;

export const journalLineText = (line: JournalLine, { key }: Pick<DiskKey, 'key'>): string =>
  `${seal('journal', line, key)}\n`;

/**
 * A line that is no JSON was cut short by a crash, and what it said was not acted upon: it is passed over. A line that is not
 * genuine, of another disk, or out of order is rejected and told of. Never throws.
 */
export function parseJournal(text: string, { home, clusterId, key }: Identity): JournalContent {
  const content: JournalContent = { lines: [], rejected: [] };
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw === '') continue;
    const reject = (cause: string): void => void content.rejected.push({ line: index + 1, cause });
    const opened = unseal('journal', raw, key);
    if (opened.state === 'unreadable') continue;
    if (opened.state !== 'good') {
      reject(opened.cause);
      continue;
    }
    const parsed = journalLineSchema.safeParse(opened.body);
    const last = content.lines.at(-1);
    if (!parsed.success) reject('It was written by a newer version.');
    else if (parsed.data.home !== home || parsed.data.clusterId !== clusterId)
      reject(`It is a line of the journal of ${parsed.data.home}, put here.`);
    else if (last !== undefined && parsed.data.seq <= last.seq) reject('It is an old line, put here again.');
    else content.lines.push(parsed.data);
  }
  return content;
}
