import { describe, expect, test } from 'vitest';
import { memoryNeeded } from '../../../src/contract/survey.ts';
import { bothCourses } from './course.ts';
import { hasFive, hostNames, type Site } from './site.ts';
import type { VmName } from './vms.ts';

const mebibyte = 1024 * 1024;

/** More is lost than the rest can carry, up to the whole site. */
export function manyHostTests(site: () => Site): void {
  describe('there is too little memory for all VMs of a failed host, and one hypervisor is dead', () => {
    test('those of highest priority run, the rest stays down with the reason of every host', async () => {
      const { lab, wanted } = site();
      await site().setPolicy();
      const needed = await neededOn(site(), 'n1');
      const forTwo = needed('db') + needed('web') + needed('mail') / 2;
      const undo = [
        await claimFreeMemory(site(), 'n3', 64 * mebibyte + forTwo),
        await stopHypervisor(site(), 'n2'),
      ];
      for (const host of hostNames.slice(3)) undo.push(await claimFreeMemory(site(), host, 64 * mebibyte));
      site().begin();
      await lab.kill('n1');
      const record = await site().ended('takeover', ['n1']);
      expect(site().vmIn(record, 'db')).toMatchObject({ outcome: 'running', host: 'n3' });
      expect(site().vmIn(record, 'web')).toMatchObject({ outcome: 'running', host: 'n3' });
      const mail = site().vmIn(record, 'mail');
      expect(mail).toMatchObject({ outcome: 'stays-down', attempts: [] });
      wanted.delete('mail');
      for (const host of hostNames.slice(1))
        expect(mail.reasons.filter((reason) => reason.startsWith(`${host}:`))).toHaveLength(1);
      expect(mail.reasons.join(' ')).toContain('the threshold is');
      for (const each of undo) await each();
      await site().expectExactlyOnce();
    });

    test('back again, it starts what stayed down, and only that', async () => {
      const { lab, wanted } = site();
      await lab.boot('n1');
      wanted.add('mail');
      await site().untilQuiet();
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n3', web: 'n3', mail: 'n1' });
      const { real, embedded } = await bothCourses(
        site(),
        'n1',
        `
          at 0s libvirt-dies ${hostNames.filter((host) => host !== 'n1' && host !== 'n3').join(' ')}
          at 0s kill n1
          at 100s libvirt-returns
          at 150s boot n1
          until 400s
        `,
        { memory: { n3: 4 } },
      );
      await site().failBack();
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n1', web: 'n1' });
      expect(real).toEqual(embedded);
    });
  });

  describe.runIf(hasFive)('two of five hosts lose their power', () => {
    test('the others run their VMs', async () => {
      const { lab } = site();
      await site().setPolicy();
      site().begin();
      await Promise.all([lab.kill('n2'), lab.kill('n3')]);
      const record = await site().ended('takeover', ['n2', 'n3']);
      for (const vm of ['wiki', 'files'] as const) expect(site().vmIn(record, vm).outcome).toBe('running');
      await site().expectExactlyOnce();
      await Promise.all([lab.boot('n2'), lab.boot('n3')]);
      await site().untilQuiet();
      const lost = 'at 0s kill n2 n3\nat 120s boot n2 n3\nuntil 400s';
      const { real, embedded } = await bothCourses(site(), 'n2', lost, { placed: 'elsewhere' });
      await site().failBack();
      expect(await site().expectExactlyOnce()).toMatchObject({ wiki: 'n2', files: 'n3' });
      expect(real).toEqual(embedded);
    });
  });

  describe('the power of the whole site fails', () => {
    test('every VM runs again where it ran', async () => {
      const { lab } = site();
      const before = await site().expectExactlyOnce();
      site().begin();
      await Promise.all(hostNames.map((host) => lab.kill(host)));
      await Promise.all(hostNames.map((host) => lab.boot(host)));
      await site().untilQuiet();
      expect(await site().expectExactlyOnce()).toEqual(before);
      for (const host of hostNames) {
        const { real, embedded } = await bothCourses(site(), host, 'at 0s kill\nat 1s boot\nuntil 300s');
        expect(real).toEqual(embedded);
      }
    });
  });
}

/** Bytes that each VM of this host takes, as the console shows them. */
async function neededOn(site: Site, host: string): Promise<(vm: VmName) => number> {
  const { sections } = await site.console.view(host);
  return (vm) => {
    const found = sections.vms?.vms.find(({ name }) => name === vm);
    if (found === undefined) throw new Error(`${vm} is on ${host}`);
    return memoryNeeded(found.memory, sections.load?.vms[found.uuid]?.memoryUsed);
  };
}

/** Lab hosts all have this machine's memory, so a host is told another figure. */
async function claimFreeMemory(site: Site, host: string, bytes: number): Promise<() => Promise<void>> {
  const script =
    'sed "s/^MemAvailable:.*/MemAvailable: $1 kB/" /proc/meminfo >/run/meminfo && mount --bind /run/meminfo /proc/meminfo';
  await site.lab.exec(host, ['sh', '-c', script, 'sh', String(Math.round(bytes / 1024))]);
  return async () => {
    await site.lab.exec(host, ['umount', '/proc/meminfo']);
  };
}

async function stopHypervisor(site: Site, host: string): Promise<() => Promise<void>> {
  const units = ['libvirtd.service', 'libvirtd.socket', 'libvirtd-ro.socket', 'libvirtd-admin.socket'];
  await site.lab.exec(host, ['systemctl', 'stop', ...units]);
  return async () => {
    await site.lab.exec(host, ['systemctl', 'start', ...units]);
  };
}
