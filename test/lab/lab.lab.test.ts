import { appendFile, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MinimeError } from '../../src/contract/errors.ts';
import { cpuPercent, parseStat } from '../../src/host/machine/proc.ts';
import { groupProcesses, signal } from './cgroups.ts';
import { must, run } from './command.ts';
import { Lab } from './lab.ts';
import { mountsBelow } from './leftovers.ts';
import { labDirectory, labPassword, machineName } from './names.ts';
import { readState } from './state.ts';

const name = 'check';
const guest = 'Größe "7" o\'clock';
let lab: Lab;

beforeAll(async () => {
  lab = await Lab.fresh({ name, hosts: 2 });
});

afterAll(async () => {
  await Lab.down(name);
});

const ssh = (host: string, user: string, command: string, stdin = '') => {
  const options = [
    '-o',
    `UserKnownHostsFile=${lab.knownHostsPath}`,
    '-o',
    'BatchMode=yes',
    '-i',
    lab.sshKeyPath,
  ];
  return run(['ssh', ...options, `${user}@${lab.host(host).address}`, command], { stdin });
};

const reaches = async (host: string, address: string): Promise<boolean> =>
  (await lab.run(host, ['ping', '-c', '1', '-W', '1', address])).exitCode === 0;

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited a minute in vain until ${what}.`);
    await sleep(200);
  }
}

describe('bare hosts', () => {
  test('answer SSH with the keys that are known for them', async () => {
    expect(await ssh('n1', 'root', 'hostname')).toMatchObject({ exitCode: 0, stdout: 'n1\n' });
    expect(await ssh('n2', 'root', 'hostname')).toMatchObject({ exitCode: 0, stdout: 'n2\n' });
  });

  test('have one account for each way of becoming root, or not', async () => {
    const sudo = (user: string, stdin = '') => ssh('n1', user, 'sudo -k -S -p "" id -u', stdin);
    expect(await sudo('ops')).toMatchObject({ exitCode: 0, stdout: '0\n' });
    expect((await sudo('admin')).exitCode).not.toBe(0);
    expect(await sudo('admin', `${labPassword}\n`)).toMatchObject({ exitCode: 0, stdout: '0\n' });
    expect((await sudo('guest', `${labPassword}\n`)).exitCode).not.toBe(0);
  });

  test('differ in machine id and host key', async () => {
    const ids = await Promise.all(lab.hosts.map((host) => lab.exec(host.name, ['cat', '/etc/machine-id'])));
    expect(new Set(ids).size).toBe(2);
    expect(new Set(lab.hosts.map((host) => host.hostKeyFingerprint)).size).toBe(2);
  });

  test('have CPU figures of their own', async () => {
    const busy = async (host: string): Promise<number> => {
      const read = async () => parseStat(await lab.exec(host, ['cat', '/proc/stat']));
      const before = await read();
      await sleep(4000);
      return cpuPercent(before, await read());
    };
    // As a unit: what is merely run in a host stays in this machine's control group, and is not counted as the host's.
    await lab.exec('n1', ['systemd-run', '--collect', '--unit=busy', 'sh', '-c', 'while :; do :; done']);
    const [n1, n2] = await Promise.all([busy('n1'), busy('n2')]);
    await lab.exec('n1', ['systemctl', 'stop', 'busy.service']);
    expect(n1).toBeGreaterThan(n2);
    // All that runs in both is this machine's.
    expect(n1 + n2).toBeLessThanOrEqual(110);
  });

  test('have a hypervisor and no cluster software', async () => {
    await lab.exec('n1', ['virsh', 'version']);
    const { stdout } = await lab.run('n1', ['sh', '-c', 'command -v corosync crm_mon sbd node; true']);
    expect(stdout).toBe('');
  });

  test('get cluster software from the local repository alone', async () => {
    const install = [
      'corosync',
      'pacemaker',
      'pacemaker-cli-utils',
      'sbd',
      'fence-agents',
      'resource-agents',
      'nodejs',
    ];
    await lab.exec('n1', ['apt-get', 'update']);
    await lab.exec('n1', ['apt-get', 'install', '--yes', '--no-install-recommends', ...install]);
    for (const tool of ['corosync-cfgtool', 'crm_mon', 'sbd', 'fence_sbd', 'node']) {
      expect((await lab.run('n1', ['which', tool])).exitCode).toBe(0);
    }
    expect(await lab.exec('n1', ['node', '--version'])).toMatch(/^v18\./);
  });
});

describe('networks', () => {
  test('a pulled cable cuts one link only', async () => {
    const [first, second] = lab.host('n2').heartbeatAddresses;
    expect(await reaches('n1', first)).toBe(true);
    await lab.cutLink('n1', 1);
    expect(await reaches('n1', first)).toBe(false);
    expect(await reaches('n1', second)).toBe(true);
    expect(await lab.exec('n1', ['cat', '/sys/class/net/hb1/carrier'])).toBe('0\n');
    await lab.mendLink('n1', 1);
    await until('the link is back', () => reaches('n1', first));
  });

  test('a partition separates hosts on every network, and none from this machine', async () => {
    const { address, heartbeatAddresses } = lab.host('n2');
    await lab.partition(['n1']);
    for (const other of [address, ...heartbeatAddresses]) expect(await reaches('n1', other)).toBe(false);
    for (const host of ['n1', 'n2']) expect((await ssh(host, 'root', 'true')).exitCode).toBe(0);
    await lab.heal();
    for (const other of [address, ...heartbeatAddresses]) {
      await until(`${other} is back`, () => reaches('n1', other));
    }
  });

  test('the last host of a lab that grows joins them', async () => {
    lab = await Lab.up({ name, hosts: 3 });
    expect(await reaches('n1', lab.host('n3').address)).toBe(true);
    for (const host of lab.hosts) {
      for (const device of [lab.devices.poisonPill, ...Object.values(lab.devices.quorum)]) {
        await lab.exec(host.name, ['test', '-b', device]);
      }
    }
  });
});

describe('disks', () => {
  test('are the same on all hosts', async () => {
    const device = lab.devices.poisonPill;
    await lab.exec('n1', ['dd', `of=${device}`, 'bs=512', 'conv=sync,notrunc', 'oflag=direct'], {
      stdin: 'pill for n2',
    });
    const read = ['dd', `if=${device}`, 'bs=512', 'count=1', 'iflag=direct', 'status=none'];
    expect(await lab.exec('n3', read)).toContain('pill for n2');
  });

  test('one with data on it can be told', async () => {
    expect(await lab.exec('n1', ['blkid', '-o', 'value', '-s', 'TYPE', lab.devices.withData])).toBe('ext4\n');
    expect((await lab.run('n1', ['blkid', lab.devices.spare])).exitCode).toBe(2);
  });

  test('a broken one refuses writes until it is mended', async () => {
    const write = ['dd', 'if=/dev/zero', `of=${lab.devices.spare}`, 'bs=4096', 'count=1', 'oflag=direct'];
    await lab.breakDisk('spare');
    expect((await lab.run('n1', write)).stderr).toContain('Input/output error');
    await lab.mendDisk('spare');
    await lab.exec('n1', write);
  });

  test.each(['unreadable', 'gone'] as const)(
    'one that is %s gives no data until it is mended',
    async (trouble) => {
      const { spare } = lab.devices;
      const read = ['dd', `if=${spare}`, 'of=/dev/null', 'bs=4096', 'count=1', 'iflag=direct'];
      await lab.exec('n1', read);
      await lab.breakDisk('spare', trouble);
      for (const host of ['n1', 'n2']) {
        const { stderr } = await lab.run(host, read);
        expect(stderr).toContain(trouble === 'gone' ? '0 bytes copied' : 'Input/output error');
      }
      await lab.mendDisk('spare');
      for (const host of ['n1', 'n2']) expect((await lab.run(host, read)).stderr).toContain('4096 bytes');
    },
  );

  test('multi-mount protection works between hosts', async () => {
    const device = lab.devices.quorum.n1 ?? '';
    await lab.exec('n1', ['mkfs.ext4', '-q', '-F', '-O', 'mmp', '-E', 'mmp_update_interval=1', device]);
    await lab.exec('n1', ['mount', device, '/mnt']);
    const second = await lab.run('n2', ['mount', device, '/mnt']);
    expect(second).toMatchObject({ exitCode: 32 });
  });
});

describe('guests', () => {
  test('run, count on their disks, and run on one host only', async () => {
    await lab.addVm('n1', { name: guest, bridge: 'vmbr0' });
    await lab.startVm('n1', guest);
    expect(await lab.guests.list('n1', 'running')).toEqual([guest]);
    await until('the guest has counted', async () => (await lab.guests.records(guest)).length >= 2);
    await lab.addVm('n2', { name: guest, bridge: 'vmbr0' });
    await expect(lab.startVm('n2', guest)).rejects.toThrow('Failed to get "write" lock');
  });

  test('can have NVRAM', async () => {
    await lab.addVm('n2', { name: 'uefi', nvram: true });
    await lab.startVm('n2', 'uefi');
    const size = await lab.exec('n2', ['stat', '--format=%s', '/var/lib/libvirt/qemu/nvram/uefi_VARS.fd']);
    expect(Number(size)).toBeGreaterThan(0);
    await lab.stopVm('n2', 'uefi');
  });
});

describe('power', () => {
  test('a power cut loses what was not synced, ends the guests and leaves the disk marked in use', async () => {
    const device = lab.devices.quorum.n1 ?? '';
    await lab.exec('n1', [
      'sh',
      '-c',
      'echo safe >/mnt/synced; sync -f /mnt; echo gone >/mnt/unsynced; echo 1 >/root/kept',
    ]);
    // It would live to see the disk gone, were the cut not one moment for all.
    const witness = 'while echo safe >/mnt/synced; do :; done; echo the disk is gone >/root/kept';
    await lab.exec('n1', ['systemd-run', '--quiet', 'sh', '-c', witness]);
    await lab.kill('n1');
    expect(await lab.isPowered('n1')).toBe(false);
    await expect(lab.exec('n1', ['true'])).rejects.toBeInstanceOf(MinimeError);
    expect(await reaches('n2', lab.host('n1').address)).toBe(false);

    // 0xff4d4d50 would mean "cleanly unmounted".
    const header = await lab.exec('n2', ['dumpe2fs', '-h', device]);
    expect(header).toMatch(/mmp_sequence:\s+0x0/);
    await lab.exec('n2', ['tune2fs', '-f', '-E', 'clear_mmp', device]);
    await lab.exec('n2', ['mount', device, '/mnt']);
    expect(await lab.exec('n2', ['ls', '/mnt'])).toBe('lost+found\nsynced\n');
    await lab.exec('n2', ['umount', '/mnt']);

    const before = (await lab.guests.records(guest)).length;
    await lab.startVm('n2', guest);
    await until('the guest goes on counting', async () => (await lab.guests.records(guest)).length > before);
    const boots = (await lab.guests.records(guest)).map((record) => record.boot);
    expect(new Set(boots).size).toBe(2);
    await lab.stopVm('n2', guest);
  });

  test('a host that is switched on again is the same host', async () => {
    await lab.boot('n1');
    expect(await lab.exec('n1', ['cat', '/root/kept'])).toBe('1\n');
    expect(await ssh('n1', 'root', 'hostname')).toMatchObject({ exitCode: 0, stdout: 'n1\n' });
    expect(await lab.guests.list('n1', 'all')).toEqual([guest]);
    expect(await lab.guests.list('n1', 'running')).toEqual([]);
  });

  test('a host whose processes were all killed at once, its power supply too, comes up again', async () => {
    const processes = await groupProcesses(machineName(name, 'n2'));
    for (const pid of processes) signal(pid, 'SIGKILL');
    await until('all are gone', async () => !(await lab.isPowered('n2')));
    expect(await mountsBelow(labDirectory(name))).toContain(`${labDirectory(name)}/hosts/n2/netns`);
    await Lab.up({ name, hosts: 3 });
    expect(await reaches('n1', lab.host('n2').address)).toBe(true);
  });

  test('a poison pill reboots its host', async () => {
    const device = lab.devices.poisonPill;
    const startOfInit = ['stat', '--format=%Y', '/proc/1'];
    const before = await lab.exec('n1', startOfInit);
    await lab.exec('n1', ['sbd', '-d', device, 'create']);
    await lab.exec('n1', ['sbd', '-d', device, 'allocate', 'n1']);
    // -W -W: there is no watchdog.
    await lab.exec('n1', ['sbd', '-W', '-W', '-d', device, '-n', 'n1', 'watch']);
    await until('sbd watches the disk', async () =>
      (await lab.exec('n1', ['ps', 'ax'])).includes('sbd: watcher: /dev'),
    );
    await lab.run('n1', ['sbd', '-d', device, 'message', 'n1', 'reset']);
    await until('it is up again', async () => {
      const now = await lab.run('n1', startOfInit).catch(() => undefined);
      return now !== undefined && now.exitCode === 0 && now.stdout !== before;
    });
    await lab.waitUntilUp('n1');
    expect((await ssh('n1', 'root', 'true')).exitCode).toBe(0);
  });
});

describe('down', () => {
  test('leaves nothing, though the lab is half broken', async () => {
    const slot = (await readState(name))?.slot ?? -1;
    expect(await tracesOf(slot)).not.toEqual([]);
    await lab.exec('n3', ['mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
    await lab.breakDisk('sbd');
    await must(['umount', '--lazy', `${labDirectory(name)}/switch`]);
    await appendFile(`${labDirectory(name)}/lab.json`, 'not JSON any more');
    await Lab.down(name);
    expect(await tracesOf(slot)).toEqual([]);
    await expect(Lab.attach(name)).rejects.toThrow('There is no lab check');
  });
});

/** Every line about the lab in what this machine says of its mounts, devices, interfaces, groups and processes. */
async function tracesOf(slot: number): Promise<string[]> {
  const all = [
    await readFile('/proc/self/mounts', 'utf8'),
    await must(['losetup', '--list']),
    await must(['ip', '-brief', 'link']),
    await must(['find', '/sys/fs/cgroup', '-type', 'd', '-name', 'minime*']),
    await must(['ps', '-eo', 'args']),
    await must(['find', '/run/systemd/nspawn', '/var/lib/minime-lab', '-maxdepth', '2']).catch(() => ''),
  ];
  const ours = new RegExp(`minime-${name}-|minime-lab/${name}(/|$| )|minime${slot}[mab]@`);
  return all.flatMap((text) => text.split('\n')).filter((line) => ours.test(line));
}
