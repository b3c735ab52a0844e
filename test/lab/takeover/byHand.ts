import { describe, expect, test } from 'vitest';
import { bothCourses } from './course.ts';
import type { Site } from './site.ts';

/** What an admin does who is quicker than the takeover. */
export function byHandTests(site: () => Site): void {
  describe('a VM of a failed host was started elsewhere by hand', () => {
    test('it is left alone there, and the others are started', async () => {
      const { lab } = site();
      const policy = { preferred: { db: 'n2', mail: 'n2' } } as const;
      await site().setPolicy(policy);
      const definition = await lab.exec('n1', ['virsh', 'dumpxml', '--inactive', 'web']);
      site().begin();
      await lab.kill('n1');
      const start =
        'file=$(mktemp) && cat >"$file" && virsh --quiet define "$file" && virsh --quiet start web';
      await lab.exec('n3', ['sh', '-c', start], { stdin: definition });
      const record = await site().ended('takeover', ['n1']);
      expect(site().vmIn(record, 'web')).toMatchObject({
        outcome: 'running-elsewhere',
        host: 'n3',
        attempts: [],
      });
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n2', web: 'n3', mail: 'n2' });
      await lab.boot('n1');
      await site().untilQuiet();
      const before = await site().expectExactlyOnce();
      const byHand = 'at 0s kill n1\nat 1s adopt web n3\nat 120s boot n1\nuntil 400s';
      const { real, embedded } = await bothCourses(site(), 'n1', byHand, policy);
      expect(before).toMatchObject({ db: 'n2', web: 'n3', mail: 'n2' });
      await site().failBack();
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n1', web: 'n1', mail: 'n1' });
      expect(real).toEqual(embedded);
    });
  });
}
