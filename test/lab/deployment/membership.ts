import { expect, test } from 'vitest';
import { addHost, deploy, removeCluster, removeHost } from '../../../electron/console/deploy/index.ts';
import { hostPaths } from '../../../src/contract/manifest.ts';
import { Report } from './admin.ts';
import { type DeploymentSite, members, three } from './site.ts';

/** Hosts leave and join, and at last the cluster is taken off and made anew in another way. Each test leaves to the next what it says it leaves. */
export function membershipTests(site: () => DeploymentSite): void {
  test('a host leaves the running cluster, which goes on', async () => {
    const { lab, admin, cluster, runningUnits, expectVerified } = site();
    const report = new Report();
    const pid = await lab.exec('n1', ['pidof', 'corosync']);
    const ref = { clusterId: cluster.clusterId, members: members(three) };
    const give = (scope: string, xml: string) =>
      lab.exec('n1', ['cibadmin', '--create', '--scope', scope, '--xml-text', xml]);
    await give(
      'resources',
      '<primitive id="virtual-ip-mail" class="ocf" provider="pacemaker" type="Dummy"/>',
    );
    await give(
      'constraints',
      '<rsc_location id="virtual-ip-mail-preferred" rsc="virtual-ip-mail" node="n3" score="1000"/>',
    );
    await removeHost(ref, 'n3', admin.context(report), { keepPackages: true });
    expect(report.problems('error', 'warning')).toEqual([]);
    await expectVerified(['n1', 'n2']);
    expect(await runningUnits(['n3'])).toEqual([]);
    expect((await lab.run('n3', ['test', '-e', hostPaths.config])).exitCode).toBe(1);
    for (const name of ['n1', 'n2']) {
      expect(await lab.exec(name, ['crm_node', '--list'])).toMatch(/^\d+ n1 member\n\d+ n2 member\n$/);
      const known = ['authorized_keys', 'known_hosts'].map((file) => `${hostPaths.dispatch}/${file}`);
      expect(await lab.exec(name, ['cat', ...known])).not.toContain('n3');
    }
    expect(await lab.exec('n1', ['cibadmin', '--query', '--scope', 'constraints'])).not.toContain('n3');
    expect(await lab.exec('n1', ['crm_resource', '--resource', 'virtual-ip-mail', '--locate'])).toMatch(
      /n[12]/,
    );
    await lab.exec('n1', [
      'cibadmin',
      '--delete',
      '--force',
      '--xml-text',
      '<primitive id="virtual-ip-mail"/>',
    ]);
    expect(await lab.exec('n1', ['pidof', 'corosync'])).toBe(pid);
    await expect(
      removeHost({ ...ref, members: members(['n1', 'n2']) }, 'n2', admin.context(new Report())),
    ).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  test('a host that cannot join leaves the cluster as it was', async () => {
    const { lab, admin, cluster, runningUnits, expectVerified } = site();
    const host = admin.spec(['n3']).hosts[0];
    if (host === undefined) throw new Error('the spec has one host');
    const before = await lab.exec('n1', ['cat', '/etc/corosync/corosync.conf']);
    const abort = new AbortController();
    const report = new Report();
    report.onStep = (id, state) => {
      if (id === 'n3/engine/start' && state === 'running') abort.abort();
    };
    await expect(
      addHost(
        { clusterId: cluster.clusterId, members: members(['n1', 'n2']) },
        { host, quorumDiskDevice: lab.devices.quorum['n3'] },
        admin.context(report, abort.signal),
      ),
    ).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await lab.exec('n1', ['cat', '/etc/corosync/corosync.conf'])).toBe(before);
    expect(await runningUnits(['n3'])).toEqual([]);
    await expectVerified(['n1', 'n2']);
  });

  test('a host joins the running cluster', async () => {
    const { lab, admin, cluster, expectProven } = site();
    const host = admin.spec(['n3']).hosts[0];
    if (host === undefined) throw new Error('the spec has one host');
    const pid = await lab.exec('n1', ['pidof', 'corosync']);
    const report = new Report();
    await addHost(
      { clusterId: cluster.clusterId, members: members(['n1', 'n2']) },
      { host, quorumDiskDevice: lab.devices.quorum['n3'] },
      admin.context(report),
    );
    expectProven(report, three);
    expect(await lab.exec('n1', ['pidof', 'corosync'])).toBe(pid);
  });

  test('removed while a host is away, it and the disks keep their part; removed again, nothing is left', async () => {
    const { lab, admin, bare, cluster, runningUnits } = site();
    const ref = { clusterId: cluster.clusterId, members: members(three) };
    const report = new Report();
    const result = await removeCluster(ref, admin.context(report, undefined, ['n2']), { keepPackages: true });
    expect(result.unreachable).toEqual(['n2']);
    expect(report.problems('warning')).toEqual(['host-not-removed n2']);
    expect(await runningUnits(['n1', 'n3'])).toEqual([]);
    expect(
      await lab.exec('n1', [
        'blkid',
        '--probe',
        '-s',
        'LABEL',
        '-o',
        'value',
        lab.devices.quorum['n2'] ?? '',
      ]),
    ).toBe('minime-qd\n');

    await removeCluster(ref, admin.context(new Report()));
    expect(await runningUnits(three)).toEqual([]);
    expect(await admin.traces('n2')).toEqual(bare.get('n2'));
    for (const device of [...Object.values(lab.devices.quorum), lab.devices.poisonPill]) {
      expect((await lab.run('n1', ['blkid', '--probe', device])).exitCode).toBe(2);
      expect(await lab.exec('n1', ['head', '--bytes=4', device])).toBe('\0\0\0\0');
    }
  });

  test('without a poison-pill disk and by UDP broadcast, a host that is cut off resets itself, and the others take over its VM', async () => {
    const { lab, admin, expectProven, reconnect } = site();
    const { hosts } = admin.spec(three);
    const spec = admin.spec(three, {
      fencing: { method: 'sbd-watchdog', watchdog: 'none' },
      transport: { kind: 'udp-broadcast', port: 5410 },
      hosts: hosts.map((host) => ({ ...host, linkAddresses: host.linkAddresses.slice(0, 1) })),
    });
    const report = new Report();
    await deploy(spec, admin.context(report));
    expectProven(report, three);
    expect(report.problems('warning')).toContain('no-watchdog n3');
    await lab.addVm('n3', { name: 'web' });
    await lab.startVm('n3', 'web');
    const saved = async () => await lab.exec('n3', ['cat', `${hostPaths.quorumDisks}/n3/running.json`]);
    await expect.poll(saved, { timeout: 60_000, interval: 1000 }).toContain('"web"');

    // Of a host that is off just now there is nothing to be had.
    const bootOf = async () => await lab.exec('n3', ['stat', '--format=%Y', '/proc/1']).catch(() => 'none');
    const boot = await bootOf();
    const holder = async () => {
      const resource = ['crm_resource', '--resource', 'quorum-disk-n3', '--locate', '--quiet'];
      return (await lab.run('n1', resource)).stdout.trim();
    };
    expect(await holder()).toBe('n3');
    await lab.partition(['n3']);
    await expect.poll(bootOf, { timeout: 120_000, interval: 1000 }).not.toBe(boot);
    await expect.poll(holder, { timeout: 120_000, interval: 1000 }).toMatch(/n[12]/);
    expect(await lab.exec('n1', ['cat', '/var/lib/minime/events.log'])).toMatch(/\tfencing\tn3\t0\t/);
    const running = async (...hosts: string[]) =>
      (await Promise.all(hosts.map((host) => lab.guests.list(host, 'running')))).flat();
    await expect.poll(() => running('n1', 'n2'), { timeout: 120_000, interval: 1000 }).toEqual(['web']);

    await lab.heal();
    await lab.waitUntilUp('n3');
    await reconnect('n3');
    await expect.poll(holder, { timeout: 240_000, interval: 1000 }).toBe('n3');
    expect(await running(...three)).toEqual(['web']);
  });
}
