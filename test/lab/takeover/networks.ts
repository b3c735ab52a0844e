import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { bothCourses } from './course.ts';
import { hasFive, type Site } from './site.ts';

const minority = hasFive ? ['n1', 'n2'] : ['n1'];

/** Hosts that live but do not hear each other. */
export function networkTests(site: () => Site): void {
  describe('a heartbeat link is cut', () => {
    test('nothing happens but a warning and an event', async () => {
      const { lab } = site();
      const before = await site().expectExactlyOnce();
      site().begin();
      const from = Date.now();
      await lab.cutLink('n2', 1);
      await site().until('the cut link is told of', ({ hosts }) =>
        hosts.some(({ sections }) =>
          sections.cluster?.problems.some(({ id, severity }) => id === 'link-down' && severity === 'warning'),
        ),
      );
      // Far longer than a host without heartbeat is waited for.
      await sleep(8000);
      const { hosts } = await site().console.snapshot();
      for (const { sections } of hosts) {
        expect(sections.cluster?.members.every(({ online }) => online)).toBe(true);
        expect(sections.history?.failovers.filter(({ begun }) => begun >= from)).toEqual([]);
      }
      await lab.mendLink('n2', 1);
      await site().until('the event says that it is over', (snapshot) =>
        snapshot.hosts.some(({ sections }) =>
          sections.history?.events.some(
            ({ kind, at, until }) => kind === 'link-lost' && at >= from - 5000 && until !== undefined,
          ),
        ),
      );
      expect(await site().expectExactlyOnce()).toEqual(before);
      // The heartbeat links of the lab are its networks 1 and 2.
      const cut = 'at 0s cut-link 0 n2\nat 20s heal\nuntil 120s';
      const { real, embedded } = await bothCourses(site(), 'n2', cut);
      expect(real).toEqual(embedded);
    });
  });

  describe('the network is split', () => {
    test('the side with quorum takes over, and the other one runs nothing, not even after it was fenced', async () => {
      const { lab } = site();
      await site().setPolicy();
      site().begin();
      await lab.partition(minority);
      const record = await site().ended('takeover', minority);
      for (const vm of ['db', 'web', 'mail'] as const) {
        const { outcome, host } = site().vmIn(record, vm);
        expect(outcome).toBe('running');
        expect(minority).not.toContain(host);
      }
      // They are up again by themselves, alone.
      await Promise.all(minority.map((host) => lab.waitUntilUp(host)));
      await sleep(8000);
      const where = await site().expectExactlyOnce();
      expect(Object.values(where).filter((host) => minority.includes(host))).toEqual([]);
    });

    test('united again, every VM still runs once', async () => {
      await site().lab.heal();
      await site().untilQuiet();
      const where = Object.values(await site().expectExactlyOnce());
      expect(where).toHaveLength(site().wanted.size);
    });

    test.skipIf(hasFive)('embedded hosts take the same course', async () => {
      const split = 'at 0s partition n1\nat 60s heal\nuntil 300s';
      const { real, embedded } = await bothCourses(site(), 'n1', split, { placed: 'elsewhere' });
      expect(real).toEqual(embedded);
    });

    test('those that moved go home', async () => {
      await site().failBack();
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n1', web: 'n1', mail: 'n1', wiki: 'n2' });
    });
  });
}
