import { describe, expect, test } from 'vitest';
import { bothCourses } from './course.ts';
import type { Site } from './site.ts';

/** What admins do on purpose. */
export function goodOrderTests(site: () => Site): void {
  describe('maintenance', () => {
    test('moves the VMs of a host off live, and brings them home', async () => {
      const { lab, clusterId } = site();
      await site().setPolicy();
      const boots = await bootsOf(site());
      await site().console.call('maintenance.enter', { clusterId, node: 'n1' });
      await site().until('n1 is empty', ({ hosts }) =>
        hosts.some(
          ({ sections: { system, vms, takeover } }) =>
            system?.nodeName === 'n1' &&
            takeover?.moves?.endedAt !== undefined &&
            vms?.vms.every(({ state }) => state !== 'running') === true,
        ),
      );
      const away = await site().expectExactlyOnce();
      expect(Object.values(away)).not.toContain('n1');
      await site().console.call('maintenance.leave', { clusterId, node: 'n1', bringHome: true });
      await site().until('they are home', ({ hosts }) =>
        hosts.some(
          ({ sections: { system, takeover } }) =>
            system?.nodeName === 'n1' && takeover?.movedAway?.length === 0,
        ),
      );
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n1', web: 'n1', mail: 'n1' });
      expect(await bootsOf(site())).toEqual(boots);
      expect(await lab.guests.list('n1', 'running')).toHaveLength(3);
    });
  });

  describe('a host is shut down in good order', () => {
    test('its VMs are restarted elsewhere, and stay there when it is back', async () => {
      const { lab } = site();
      const policy = { takeover: { hostShutdown: 'restart-elsewhere' } } as const;
      await site().setPolicy(policy);
      site().begin();
      await lab.run('n3', ['systemctl', 'poweroff']).catch(() => undefined);
      const record = await site().ended('takeover', ['n3']);
      expect(site().vmIn(record, 'files').outcome).toBe('running');
      expect(record.fencing['n3']).toContain('good order');
      const before = await site().expectExactlyOnce();
      await site().untilAsked('n3 is off', async () => !(await lab.isPowered('n3')));
      await lab.boot('n3');
      await site().untilQuiet();
      expect(await site().expectExactlyOnce()).toEqual(before);
      const commands = 'at 0s shutdown n3\nat 120s boot n3\nuntil 400s';
      const { real, embedded } = await bothCourses(site(), 'n3', commands, {
        ...policy,
        placed: 'elsewhere',
      });
      await site().failBack();
      expect(await site().expectExactlyOnce()).toMatchObject({ files: 'n3' });
      expect(real).toEqual(embedded);
    });
  });

  describe('a fire drill', () => {
    test('is rehearsed without touching anything, then carried out; its VMs run elsewhere before the host is back', async () => {
      const { clusterId, lab } = site();
      await lab.setFirmwareTime('n2', 60);
      // Where it goes must not hang on what the others happen to be doing.
      await site().setPolicy({ preferred: { wiki: 'n3' } });
      const before = await site().expectExactlyOnce();
      const { rehearsal } = await site().console.call('drill.rehearse', { clusterId, target: 'n2' });
      expect(rehearsal.vms).toMatchObject([{ name: 'wiki', outcome: 'starts', host: 'n3', problems: [] }]);
      expect(await site().expectExactlyOnce()).toEqual(before);
      site().begin();
      const { operationId } = await site().console.call('drill.run', {
        clusterId,
        target: 'n2',
        confirm: 'n2',
      });
      const operation = await site().console.finished(operationId);
      expect(operation.error).toBeUndefined();
      expect(operation.steps.map(({ id, state }) => `${id} ${state}`)).toEqual(
        ['rehearse', 'fence', 'takeover', 'return'].map((step) => `drill/${step} done`),
      );
      const record = await site().ended('takeover', ['n2']);
      expect(record.drill?.by).toBeDefined();
      expect(site().vmIn(record, 'wiki')).toMatchObject({ outcome: 'running', host: 'n3' });
      await site().untilQuiet();
      await site().expectExactlyOnce();
      await site().failBack();
      await lab.setFirmwareTime('n2', 0);
    });
  });
}

async function bootsOf({ lab }: Site): Promise<string[]> {
  const boots: string[] = [];
  for (const vm of ['db', 'web', 'mail']) boots.push((await lab.guests.records(vm)).at(-1)?.boot ?? '');
  return boots;
}
