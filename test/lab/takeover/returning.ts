import { describe, expect, test } from 'vitest';
import { bothCourses } from './course.ts';
import { forgetJournal, journaled } from './journal.ts';
import type { Site } from './site.ts';

/** A host whose VMs are being started elsewhere is up again before that is done. */
export function returningTests(site: () => Site): void {
  describe('a failed host is back during the takeover', () => {
    test('it carries the takeover on itself, and nothing starts twice', async () => {
      const { lab } = site();
      // web hangs where it is started first, for longer than n1 takes to be back.
      const policy = { preferred: { web: 'n2', db: 'n3' }, takeover: { startTimeoutS: 180 } } as const;
      await site().setPolicy(policy);
      const letWebStart = await site().hinder('n2', 'web', 'hang');
      await forgetJournal(site(), 'n1');
      site().begin();
      await lab.kill('n1');
      const owner = await journaled(site(), 'n1', 'started');
      await lab.boot('n1');
      const record = await site().ended('takeover', ['n1'], 500);
      await letWebStart();
      expect(record.owners.map(({ host }) => host)).toEqual([owner, 'n1']);
      expect(site().vmIn(record, 'db')).toMatchObject({ outcome: 'running', host: 'n3' });
      const web = site().vmIn(record, 'web');
      expect(web).toMatchObject({ outcome: 'running', attempts: expect.anything() });
      expect(web.attempts[0]).toMatchObject({ host: 'n2' });
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n3', web: web.host });
      await site().untilQuiet();
      const { real, embedded } = await bothCourses(
        site(),
        'n1',
        `
          at 0s start-hangs web n2
          at 0s kill n1
          at 40s boot n1
          at 300s starts-work n2
          until 500s
        `,
        { ...policy, placed: 'elsewhere' },
      );
      await site().failBack();
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n1', web: 'n1', mail: 'n1' });
      expect(real).toEqual(embedded);
    });
  });
}
