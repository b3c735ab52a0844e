import { readdir } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { deploy, hostFacts } from '../../../electron/console/deploy/index.ts';
import { Report } from './admin.ts';
import { type DeploymentSite, three } from './site.ts';

/** What is found out before anything is touched. Each test leaves to the next what it says it leaves. */
export function preflightTests(site: () => DeploymentSite): void {
  test('shows the wizard what a bare host has', async () => {
    const { lab, admin } = site();
    const host = admin.hosts.get('n1');
    if (host === undefined) throw new Error('n1 is connected');
    const facts = await hostFacts('n1', host);
    const content = (alias: string) =>
      facts.blockDevices.find((one) => [one.path, ...one.aliases].includes(alias))?.content;
    expect(facts).toMatchObject({ hostname: 'n1', distribution: { family: 'debian', tested: true } });
    expect(facts.addresses.map((one) => one.address)).toEqual(
      expect.arrayContaining([...lab.host('n1').heartbeatAddresses]),
    );
    expect(content(lab.devices.withData)).toBe('ext4 “accounts”');
    expect(content(lab.devices.poisonPill)).toBeUndefined();
    expect(facts.existingCluster).toBeUndefined();
  });

  test('preflight lets sound hosts pass and changes nothing on them', async () => {
    const { admin, bare, onePreflight } = site();
    expect(await onePreflight(admin.spec(three))).toEqual([]);
    for (const name of three) expect(await admin.traces(name)).toEqual(bare.get(name));
  });

  test('preflight refuses hosts that serve something else, and disks that hold data', async () => {
    const { lab, admin, breaking, onePreflight } = site();
    await lab.exec('n2', ['mkdir', '--parents', '/etc/corosync']);
    await lab.exec('n3', ['mkdir', '--parents', '/etc/corosync']);
    const conf = (text: string) => ['sh', '-c', 'printf "%b" "$1" > /etc/corosync/corosync.conf', 'sh', text];
    const unmade = ['rm', '--recursive', '/etc/corosync'];
    await breaking('n2', conf('totem {\\n  version 2\\n'), unmade);
    await breaking(
      'n3',
      conf('totem {\\n cluster_name: theirs\\n}\\nnodelist {\\n node {\\n ring0_addr: 10.1.2.3\\n }\\n}\\n'),
      unmade,
    );
    await breaking(
      'n1',
      [
        'systemctl',
        'stop',
        'libvirtd.service',
        'libvirtd.socket',
        'libvirtd-ro.socket',
        'libvirtd-admin.socket',
      ],
      ['systemctl', 'start', 'libvirtd.service'],
    );
    const context = admin.context(new Report());
    const spec = admin.spec(three, {
      quorumDisks: {
        kind: 'device',
        devices: { ...lab.devices.quorum, n1: lab.devices.withData, n2: '/dev/disk/by-id/nothing-here' },
      },
    });
    const errors = await onePreflight(spec, context);
    const found = new Set(errors.map((one) => `${one.id} ${one.host ?? '-'}`));
    expect([...found].toSorted()).toEqual([
      'device-holds-data n1',
      'device-holds-data n2',
      'device-holds-data n3',
      'device-missing n1',
      'device-missing n2',
      'device-missing n3',
      'foreign-cluster n3',
      'hypervisor-down n1',
      'unparsable-corosync-conf n2',
    ]);
    for (const { cause, remedy } of errors) expect([cause, remedy]).not.toContain(undefined);
    expect(errors.find((one) => one.id === 'unparsable-corosync-conf')?.cause).toContain('Line 2');
    expect(errors.find((one) => one.id === 'foreign-cluster')?.title).toContain('theirs');
    await expect(deploy(spec, context)).rejects.toMatchObject({ kind: 'conflict' });
    expect(
      await lab.exec('n1', ['blkid', '--probe', '-s', 'LABEL', '-o', 'value', lab.devices.withData]),
    ).toBe('accounts\n');
  });

  test('preflight finds hosts that are not what they seem, and what keeps them from asking each other', async () => {
    const { lab, admin, breaking, onePreflight } = site();
    const [, address] = lab.host('n2').heartbeatAddresses;
    const link = lab.devices.quorum['n1'] ?? '';
    const target = (await lab.exec('n3', ['readlink', link])).trim();
    await breaking('n2', ['hostname', 'n1'], ['hostname', 'n2']);
    await breaking(
      'n2',
      ['iptables', '-I', 'INPUT', '-d', address, '-p', 'udp', '--dport', '5406', '-j', 'DROP'],
      ['iptables', '-F', 'INPUT'],
    );
    await breaking('n3', ['mount', '-t', 'tmpfs', 'none', '/srv/vms'], ['umount', '/srv/vms']);
    await breaking('n3', ['ln', '-sfn', lab.devices.spare, link], ['ln', '-sfn', target, link]);
    await breaking(
      'n1',
      ['mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', '/var'],
      ['umount', '--lazy', '/var'],
    );
    // Blocked on one link only: another is left, so it is only worth a warning.
    const asking = ['-p', 'tcp', '--dport', '7790', '-j', 'REJECT'];
    const [first] = lab.host('n2').heartbeatAddresses;
    await lab.exec('n2', ['iptables', '-I', 'INPUT', '-d', first, ...asking]);
    await breaking('n1', ['iptables', '-I', 'INPUT', ...asking], ['iptables', '-F', 'INPUT']);
    await breaking(
      'n3',
      ['systemd-run', '--unit=squatter', '--socket-property=ListenStream=7790', 'sleep', 'infinity'],
      ['systemctl', 'stop', 'squatter.socket', 'squatter.service'],
    );
    const report = new Report();
    const errors = await onePreflight(admin.spec(three), admin.context(report));
    const found = new Set(errors.map((one) => `${one.id} ${one.host ?? '-'}`));
    for (const expected of [
      'disk-full n1',
      'duplicate-name -',
      'heartbeat-blocked n2',
      'shared-folder-differs n1',
      'shared-folder-differs n3',
      'device-differs n3',
      'port-in-use n3',
    ]) {
      expect(found).toContain(expected);
    }
    const blocked = errors.find((one) => one.id === 'heartbeat-blocked');
    expect(blocked).toMatchObject({ subject: '1', cause: expect.stringContaining('firewall') });
    expect(blocked?.remedy).toContain('iptables -I INPUT -p udp --dport 5405:5406 -j ACCEPT');
    const unasked = report.findings.filter((one) => one.id === 'dispatch-blocked');
    expect(unasked.map(({ severity, host, subject }) => `${severity} ${host} ${subject}`).toSorted()).toEqual(
      [...['error n1 0', 'error n1 0', 'error n1 1', 'error n1 1'], ...['warning n2 0', 'warning n2 0']],
    );
    expect(unasked[0]?.remedy).toContain('-p tcp --dport 7790 -j ACCEPT');
    const left = await readdir(lab.sharedDirectory);
    expect(left.filter((file) => file.startsWith('.minime-probe'))).toEqual([]);
  });

  test('refuses an account without root rights', async () => {
    const { admin, onePreflight } = site();
    const guest = await admin.connect('n3', 'guest');
    onTestFinished(() => guest.disconnect());
    const context = admin.context(new Report());
    const errors = await onePreflight(admin.spec(three), {
      ...context,
      hosts: new Map(context.hosts).set('n3', guest),
    });
    expect(errors.map((one) => [one.id, one.host])).toEqual([['no-root-rights', 'n3']]);
  });
}
