import { describe, expect, test } from 'vitest';
import { bothCourses } from './course.ts';
import { forgetJournal, journaled } from './journal.ts';
import { hasFive, hostNames, type Site } from './site.ts';

/** Steps after which a takeover's owner is killed. Two of three would be more than a quorum, so this takes five hosts. */
const steps = ['begun', 'surveyed', 'planned', 'starting', 'started', 'handed'];

/** The host that carries out a takeover dies too. */
export function ownerTests(site: () => Site): void {
  describe.runIf(hasFive)('the owner of a takeover loses its power', () => {
    test.each(steps)('when “%s” is in its journal, while a VM hangs in its start', async (step) => {
      const { lab } = site();
      // web hangs where it is started first, so that the takeover is not over before its owner dies. If that start was asked for
      // by then, it goes on until the next owner is there; and no VM is started on the owner, to die with it.
      const startTimeoutS = step === 'started' || step === 'handed' ? 60 : 20;
      const policy = { preferred: { db: 'n5', web: 'n5', mail: 'n4' }, takeover: { startTimeoutS } } as const;
      await site().setPolicy(policy);
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
      const { real, embedded } = await bothCourses(site(), 'n1', scriptsOf(step), {
        ...policy,
        placed: 'elsewhere',
      });
      await site().failBack();
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n1', web: 'n1', mail: 'n1' });
      expect(real).toEqual(embedded);
    });
  });
}

/** Its power goes in the same moment or some moments later; a `begun` is followed by the survey, which takes longer. */
const scriptsOf = (step: string): string[] =>
  [step === 'begun' ? 'when surveyed' : `when ${step}`, `when ${step} +0.5s`].map(
    (moment) => `
      at 0s start-hangs web n5
      at 0s kill n1
      ${moment} kill-owner
      at 150s boot
      until 500s
    `,
  );
