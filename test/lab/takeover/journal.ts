import { hostPaths } from '../../../src/contract/manifest.ts';
import { hostNames, type Site } from './site.ts';

const journalOf = (home: string): string => `${hostPaths.quorumDisks}/${home}/takeover/journal.jsonl`;

/** So that what is looked for there is of the takeover that comes. */
export async function forgetJournal({ lab }: Site, home: string): Promise<void> {
  await lab.exec(home, ['sh', '-c', 'rm --force "$1" && sync', 'sh', journalOf(home)]);
}

/** The host that has the quorum disk of `home` when the step is in the journal there, and nothing of it is in its memory only. */
export async function journaled({ lab }: Site, home: string, step: string): Promise<string> {
  const watch = 'while ! grep --quiet "\\"$2\\"" "$1" 2>/dev/null; do sleep 0.02; done; sync';
  return await Promise.any(
    hostNames
      .filter((host) => host !== home)
      .map(async (host) => {
        await lab.exec(host, ['timeout', '120', 'sh', '-c', watch, 'sh', journalOf(home), step]);
        return host;
      }),
  );
}
