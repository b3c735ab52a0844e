import { describe, expect, test } from 'vitest';
import { hostPaths } from '../../../src/contract/manifest.ts';
import { hasFive, hostNames, type Site } from './site.ts';

/** Steps after which a takeover's owner is killed. Two of three would be more than a quorum, so this takes five hosts. */
const steps = ['begun', 'surveyed', 'planned', 'starting', 'started', 'handed'];

/** The host that carries out a takeover dies too. */
export function ownerTests(site: () => Site): void {
  describe.runIf(hasFive)('the owner of a takeover loses its power', () => {
    test.each(steps)('when “%s” is in its journal, while a VM hangs in its start', async (step) => {
      const { lab } = site();
      // web hangs wherever it is started first, so that the takeover is not over before its owner dies.
      await site().setPolicy({ preferred: { web: 'n5' }, takeover: { startTimeoutS: 20 } });
      const letWebStart = await site().hinder('n5', 'web', 'hang');
      await Promise.all(hostNames.map((host) => forgetJournal(site(), host)));
      site().begin();
      await lab.kill('n1');
      const owner = await journaled(site(), 'n1', step);
      await lab.kill(owner);
      const record = await site().ended('takeover', ['n1']);
      await letWebStart();
      expect(record.owners.length).toBeGreaterThan(1);
      expect(record.owners[0]?.host).toBe(owner);
      const web = site().vmIn(record, 'web');
      expect(web.outcome).toBe('running');
      await site().expectExactlyOnce();

      await Promise.all([lab.boot('n1'), lab.boot(owner)]);
      await site().untilQuiet();
      await site().expectExactlyOnce();
      // Also the owner that died has the record as it ended.
      const { sections } = await site().console.view(owner);
      expect(sections.history?.failovers.find(({ id }) => id === record.id)?.ended).toBeDefined();
      await site().failBack();
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n1', web: 'n1', mail: 'n1' });
    });
  });
}

const journalOf = (home: string): string => `${hostPaths.quorumDisks}/${home}/takeover/journal.jsonl`;

async function forgetJournal({ lab }: Site, home: string): Promise<void> {
  await lab.exec(home, ['sh', '-c', 'rm --force "$1" && sync', 'sh', journalOf(home)]);
}

/** The host that has the quorum disk of `home` when the step is in the journal there, and nothing of it is in its memory only. */
async function journaled({ lab }: Site, home: string, step: string): Promise<string> {
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
