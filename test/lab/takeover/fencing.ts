import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { bothCourses } from './course.ts';
import type { Site } from './site.ts';

/** A host that may still live must not be taken over. */
export function fencingTests(site: () => Site): void {
  describe('fencing fails', () => {
    test('nothing is started, loudly; once an admin confirms that the host is off, it goes on', async () => {
      const { lab } = site();
      await site().setPolicy();
      site().begin();
      // Nobody can write a poison pill.
      await lab.breakDisk('sbd');
      await lab.kill('n3');
      try {
        await site().until('the failed fencing is told of', ({ hosts }) =>
          hosts.some(({ sections }) =>
            [...(sections.cluster?.problems ?? []), ...(sections.takeover?.problems ?? [])].some(
              ({ severity, subject, host, id }) =>
                severity === 'error' && id.includes('fenc') && [subject, host].includes('n3'),
            ),
          ),
        );
        await sleep(5000);
        expect(await site().hostsOf('files')).toEqual([]);
        await expect(
          site().console.call('takeover.confirmFenced', {
            clusterId: site().clusterId,
            target: 'n2',
            confirm: 'n2',
          }),
        ).rejects.toMatchObject({ kind: 'conflict' });
        await site().console.call('takeover.confirmFenced', {
          clusterId: site().clusterId,
          target: 'n3',
          confirm: 'n3',
        });
        const record = await site().ended('takeover', ['n3']);
        expect(record.fencing['n3']).toContain('by hand');
        expect(site().vmIn(record, 'files')).toMatchObject({ outcome: 'running', handedOver: true });
        await site().expectExactlyOnce();
      } finally {
        await lab.mendDisk('sbd');
      }
      await lab.boot('n3');
      await site().untilQuiet();
      const { real, embedded } = await bothCourses(
        site(),
        'n3',
        `
          at 0s fencing-fails n3
          at 0s kill n3
          at 90s confirm-fenced n3
          at 100s fencing-works n3
          at 150s boot n3
          until 400s
        `,
        { placed: 'elsewhere' },
      );
      await site().failBack();
      expect(await site().expectExactlyOnce()).toMatchObject({ files: 'n3' });
      expect(real).toEqual(embedded);
    });
  });
}
