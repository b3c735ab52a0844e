import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hostPaths } from '../../../src/contract/manifest.ts';
import { type DiskTrouble, diskTroubles } from '../brokenDisks.ts';
import { bothCourses } from './course.ts';
import type { Site } from './site.ts';

/** As scenarios say it. */
const embeddedTrouble: Record<DiskTrouble, string> = {
  unwritable: 'read-only-disk',
  unreadable: 'unreadable-disk',
  gone: 'lose-disk',
};

/** The disk that says what is to be started elsewhere is out of order itself. */
export function quorumDiskTests(site: () => Site): void {
  describe('the quorum disk of a failed host', () => {
    test('that is full keeps no VM down', async () => {
      const { lab } = site();
      await site().setPolicy();
      const disk = `${hostPaths.quorumDisks}/n1`;
      // Else what is kept only in case it is missed would make room.
      const fill =
        'rm -rf "$1/removed"; for size in 64k 1k; do dd if=/dev/zero of="$1/filler.$size" bs=$size status=none 2>&1; sync; done';
      await lab.exec('n1', ['sh', '-c', fill, 'sh', disk]);
      site().begin();
      await lab.kill('n1');
      const record = await site().ended('takeover', ['n1']);
      expect(record.findings.map(({ id }) => id)).toContain('journal-not-written');
      const outcomes = (['db', 'web', 'mail'] as const).map((vm) => site().vmIn(record, vm).outcome);
      expect(outcomes).toEqual(['running', 'running', 'running']);
      const before = await site().expectExactlyOnce();
      await lab.boot('n1');
      await site().untilAsked(
        'n1 has its quorum disk again',
        async () => (await lab.run('n1', ['rm', `${disk}/filler.64k`, `${disk}/filler.1k`])).exitCode === 0,
      );
      await site().untilQuiet();
      expect(await site().expectExactlyOnce()).toEqual(before);
      const full = 'at 0s fill-disk n1\nat 1s kill n1\nat 120s boot n1\nat 126s repair-disk n1\nuntil 400s';
      const { real, embedded } = await bothCourses(site(), 'n1', full, { placed: 'elsewhere' });
      await site().failBack();
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n1', web: 'n1', mail: 'n1' });
      expect(real).toEqual(embedded);
    });

    test.each(diskTroubles)(
      'that is %s is told of; once it is well again, the takeover goes on',
      async (trouble) => {
        const { lab } = site();
        await site().setPolicy();
        site().begin();
        await lab.kill('n3');
        // Long before it is fenced.
        await lab.breakDisk('qd-n3', trouble);
        try {
          await site().until('it is told that nobody can mount it', ({ hosts }) =>
            hosts.some(
              ({ connection, sections }) =>
                connection.state === 'online' &&
                (sections.cluster?.problems ?? []).some(
                  ({ severity, title, cause }) =>
                    severity === 'error' && `${title} ${cause ?? ''}`.includes('quorum disk of n3'),
                ),
            ),
          );
          await sleep(5000);
          expect(await site().hostsOf('files')).toEqual([]);
        } finally {
          await lab.mendDisk('qd-n3');
        }
        const record = await site().ended('takeover', ['n3'], 400);
        expect(site().vmIn(record, 'files')).toMatchObject({ outcome: 'running', handedOver: true });
        await site().expectExactlyOnce();
        await lab.boot('n3');
        await site().untilQuiet();
        const { real, embedded } = await bothCourses(
          site(),
          'n3',
          `
            at 0s kill n3
            at 1s ${embeddedTrouble[trouble]} n3
            at 90s repair-disk n3
            at 200s boot n3
            until 400s
          `,
          { placed: 'elsewhere' },
        );
        await site().failBack();
        expect(await site().expectExactlyOnce()).toMatchObject({ files: 'n3' });
        expect(real).toEqual(embedded);
      },
    );
  });
}
