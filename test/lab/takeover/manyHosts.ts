import { describe, expect, test } from 'vitest';
import { hostNames, type Site } from './site.ts';

const mebibyte = 1024 * 1024;

/** Several hosts at once, up to the whole site. */
export function manyHostTests(site: () => Site): void {
  describe('two of five hosts lose their power, and there is too little memory', () => {
    test('the VMs of highest priority run, the rest stays down with the reason of every host', async () => {
      const { lab, wanted } = site();
      await site().setPolicy();
      // n1 has no memory to spare, n5 has some for two VMs; the hypervisor of n4 does not answer.
      const needed = await memoryNeeded(site());
      const undo = [
        await claimFreeMemory(site(), 'n1', 64 * mebibyte + needed / 2),
        await claimFreeMemory(site(), 'n5', 64 * mebibyte + 2.5 * needed),
        await stopHypervisor(site(), 'n4'),
      ];
      site().begin();
      await Promise.all([lab.kill('n2'), lab.kill('n3')]);
      const record = await site().ended('takeover', ['n2', 'n3']);
      expect(site().vmIn(record, 'wiki')).toMatchObject({ outcome: 'running', host: 'n5' });
      expect(site().vmIn(record, 'files')).toMatchObject({ outcome: 'running', host: 'n5' });
      const chat = site().vmIn(record, 'chat');
      expect(chat).toMatchObject({ outcome: 'stays-down', attempts: [] });
      wanted.delete('chat');
      for (const host of ['n1', 'n4', 'n5'])
        expect(chat.reasons.filter((reason) => reason.startsWith(`${host}:`))).toHaveLength(1);
      expect(chat.reasons.join(' ')).toContain('the threshold is');
      await site().expectExactlyOnce();
      for (const each of undo) await each();
    });

    test('back again, they start what stayed down', async () => {
      const { lab, wanted } = site();
      await Promise.all([lab.boot('n2'), lab.boot('n3')]);
      wanted.add('chat');
      await site().untilQuiet();
      expect(await site().expectExactlyOnce()).toMatchObject({ wiki: 'n5', files: 'n5', chat: 'n3' });
      await site().failBack();
      expect(await site().expectExactlyOnce()).toMatchObject({ wiki: 'n2', files: 'n3' });
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
    });
  });
}

async function memoryNeeded(site: Site): Promise<number> {
  const { sections } = await site.console.view('n2');
  const vm = sections.vms?.vms.find(({ name }) => name === 'wiki');
  return vm?.memoryNeeded ?? vm?.memory ?? 0;
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
