import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  addHost,
  deploy,
  fenceTest,
  hostFacts,
  plan,
  preflight,
  removeCluster,
  removeHost,
  updateHostProgram,
  verify,
} from '../../electron/console/deploy/index.ts';
import type { DeploymentSpec } from '../../src/contract/deployment.ts';
import { hostPaths } from '../../src/contract/manifest.ts';
import { LabAdmin, Report } from './deployment/admin.ts';
import { expectGoodForNothingElse } from './deployment/dispatchKey.ts';
import { Lab } from './lab.ts';

const engine = ['corosync.service', 'pacemaker.service', 'sbd.service'];

/** Real packages, Corosync, Pacemaker and SBD on real hosts. Each test leaves to the next what it says it leaves. */
describe.sequential('deployment', () => {
  let lab: Lab;
  let admin: LabAdmin;
  let bare: Map<string, string[]>;
  const cluster = { clusterId: '', members: [] as { nodeName: string; hostId: string }[] };
  const three = ['n1', 'n2', 'n3'];

  const members = (names: readonly string[]) => names.map((name) => ({ nodeName: name, hostId: name }));
  const isActive = async (name: string, unit: string) =>
    (await lab.run(name, ['systemctl', 'is-active', '--quiet', unit])).exitCode === 0;
  const runningUnits = async (names: readonly string[]) =>
    (
      await Promise.all(
        names.flatMap((name) =>
          engine.map(async (unit) => ((await isActive(name, unit)) ? [`${name} ${unit}`] : [])),
        ),
      )
    ).flat();
  /** Breaks something on a host for one test. */
  const breaking = async (name: string, broken: readonly string[], mended: readonly string[]) => {
    onTestFinished(async () => {
      await lab.exec(name, mended);
    });
    await lab.exec(name, broken);
  };
  /** A host that has just booted may drop the first connection, while its network is being set up. */
  const reconnect = async (name: string) => {
    const host = admin.hosts.get(name);
    for (let tries = 1; ; tries++) {
      try {
        await host?.connect();
        return;
      } catch (error) {
        if (tries >= 6) throw error;
      }
    }
  };
  const onePreflight = async (spec: DeploymentSpec, context = admin.context(new Report())) => {
    const findings = await preflight(spec, context);
    return findings.filter((one) => one.severity === 'error');
  };
  const expectVerified = async (names: readonly string[]) => {
    const report = new Report();
    await verify({ clusterId: cluster.clusterId, members: members(names) }, admin.context(report));
    expect(report.problems('error')).toEqual([]);
    expect(report.findings.length).toBeGreaterThan(names.length * 5);
  };

  /** Deployment has verified its own work: the same checks, without doing them twice. */
  const expectProven = (report: Report, names: readonly string[]) => {
    expect(report.problems('error')).toEqual([]);
    const checks = [...report.steps].filter(([id]) => id.startsWith('verify/'));
    expect(checks.map(([, { state }]) => state)).toEqual(Array(names.length * 5 + 1).fill('done'));
  };
  /** What a deployment would still have to do. */
  const openSteps = async (spec: DeploymentSpec) => {
    const reviewed = await plan(spec, admin.context(new Report()));
    const open = reviewed.steps.filter(({ action }) =>
      action.kind === 'file' ? action.change !== 'same' : !action.done,
    );
    return { reviewed, open: open.map(({ id }) => id) };
  };

  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/build-host.mjs'], { stdio: 'inherit' });
    lab = await Lab.up({ name: process.env.MINIME_LAB ?? 'depl', hosts: 3 });
    admin = await LabAdmin.open(lab);
    bare = new Map(
      await Promise.all(lab.hosts.map(async ({ name }) => [name, await admin.traces(name)] as const)),
    );
  });
  afterAll(async () => {
    await admin?.close();
    await lab?.down();
  });

  test('shows the wizard what a bare host has', async () => {
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
    expect(await onePreflight(admin.spec(three))).toEqual([]);
    for (const name of three) expect(await admin.traces(name)).toEqual(bare.get(name));
  });

  test('preflight refuses hosts that serve something else, and disks that hold data', async () => {
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
    const guest = await admin.connect('n3', 'guest');
    onTestFinished(() => guest.disconnect());
    const context = admin.context(new Report());
    const errors = await onePreflight(admin.spec(three), {
      ...context,
      hosts: new Map(context.hosts).set('n3', guest),
    });
    expect(errors.map((one) => [one.id, one.host])).toEqual([['no-root-rights', 'n3']]);
  });

  test('two hosts with image files and multicast are deployed and removed', async () => {
    const names = ['n1', 'n3'];
    for (const name of names) await allowLoopDevices(name);
    const spec = admin.spec(names, {
      transport: { kind: 'udp-multicast', address: '239.192.7.7', port: 5410 },
      quorumDisks: { kind: 'image', folder: '/srv/vms', sizeMiB: 40 },
      hosts: admin
        .spec(names)
        .hosts.map((host) => ({ ...host, linkAddresses: host.linkAddresses.slice(0, 1) })),
    });
    const images = async () =>
      (await readdir(lab.sharedDirectory)).filter((file) => file.startsWith('quorum-'));
    const report = new Report();
    const result = await deploy(spec, admin.context(report));
    expectProven(report, names);
    expect((await images()).toSorted()).toEqual(['quorum-n1.img', 'quorum-n3.img']);
    expect((await openSteps(spec)).open).toEqual([]);

    const ref = { clusterId: result.clusterId, members: members(names) };
    await removeCluster(ref, admin.context(new Report()), { keepPackages: true });
    expect(await images()).toEqual([]);
    // Whoever looks at a device just then, such as udev, keeps it for that moment.
    const columns = 'NAME,AUTOCLEAR,BACK-FILE';
    const left = () => lab.exec('n1', ['losetup', '--list', '--noheadings', '--output', columns]);
    await expect.poll(left, { timeout: 10_000 }).not.toContain('quorum-');
  });

  test('a host that dies while packages are installed leaves no engine running anywhere', async () => {
    const report = new Report();
    let killed: Promise<void> | undefined;
    report.onDetail = (id, line) => {
      if (id === 'n2/packages/install' && line.startsWith('Setting up')) killed ??= lab.kill('n2');
    };
    await expect(deploy(admin.spec(three), admin.context(report))).rejects.toMatchObject({
      info: { host: 'n2', remedy: expect.any(String) },
    });
    await killed;
    expect(await runningUnits(['n1', 'n3'])).toEqual([]);
    for (const name of ['n1', 'n3']) {
      expect((await lab.run(name, ['test', '-e', '/run/systemd/system/corosync.service'])).exitCode).toBe(1);
    }
    await lab.boot('n2');
    await reconnect('n2');
    expect(await lab.exec('n2', ['dpkg', '--audit'])).not.toBe('');
  });

  test('cancelled while the engine starts, it is stopped everywhere', async () => {
    const abort = new AbortController();
    const report = new Report();
    report.onStep = (id, state) => {
      if (id === 'n2/engine/start' && state === 'running') abort.abort();
    };
    await expect(deploy(admin.spec(three), admin.context(report, abort.signal))).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(await runningUnits(three)).toEqual([]);
    for (const name of three) {
      expect(await lab.exec(name, ['dpkg', '--audit'])).toBe('');
      expect((await lab.run(name, ['systemctl', 'is-enabled', ...engine])).stdout).not.toContain('enabled');
    }
  });

  test('deployed again it finishes what is missing, and is proved to work', async () => {
    const spec = admin.spec(three);
    const reviewed = await plan(spec, admin.context(new Report()));
    const shown = JSON.stringify(reviewed);
    const report = new Report();
    const result = await deploy(spec, admin.context(report), { planId: reviewed.id });
    expect(report.states('failed')).toEqual([]);
    cluster.clusterId = result.clusterId;
    process.stderr.write(`phases of the deployment in ms: ${JSON.stringify(result.durations)}\n`);
    expectProven(report, three);
    const key = await lab.exec('n1', ['cat', hostPaths.clusterKey]);
    for (const name of three) {
      expect(
        await lab.exec(name, ['stat', '--format=%a %U', '/etc/corosync/authkey', hostPaths.clusterKey]),
      ).toBe('400 root\n600 root\n');
      expect(await lab.exec(name, ['cat', hostPaths.clusterKey])).toBe(key);
    }
    expect(shown).not.toContain(key.trim());
  });

  test('deployed once more it changes nothing', async () => {
    const spec = admin.spec(three);
    const { reviewed, open } = await openSteps(spec);
    expect(open).toEqual([]);
    expect(reviewed.steps.some((step) => step.destructive)).toBe(false);
    const result = await deploy(spec, admin.context(new Report()), { planId: reviewed.id });
    expect(result.steps).toEqual({ done: 0, unchanged: reviewed.steps.length });
  });

  test('hosts ask each other with keys that are good for nothing else', async () => {
    await expect(expectGoodForNothingElse(lab, 'n1', 'n2')).resolves.toBeUndefined();
  });

  test('hosts ask each other also where root is locked, and while their own sshd is stopped', async () => {
    await breaking('n3', ['usermod', '--lock', 'root'], ['usermod', '--unlock', 'root']);
    await deploy(admin.spec(three), admin.context(new Report()));
    await breaking('n2', ['systemctl', 'stop', 'ssh.service'], ['systemctl', 'start', 'ssh.service']);
    expect((await lab.run('n1', [hostPaths.command, 'peers'])).exitCode).toBe(0);
  });

  test('what was changed on a host after the review is not deployed over', async () => {
    const spec = admin.spec(three);
    const reviewed = await plan(spec, admin.context(new Report()));
    await lab.exec('n2', ['sh', '-c', 'echo >> /etc/corosync/corosync.conf']);
    await expect(deploy(spec, admin.context(new Report()), { planId: reviewed.id })).rejects.toMatchObject({
      kind: 'conflict',
    });
    const report = new Report();
    await verify({ clusterId: cluster.clusterId, members: members(three) }, admin.context(report));
    expect(report.findings.filter((one) => one.severity === 'error').map((one) => one.host)).toEqual(['n2']);
    const again = new Report();
    await deploy(spec, admin.context(again));
    expectProven(again, three);
  });

  test('fencing works, and the fenced host comes back', async () => {
    const before = await lab.exec('n3', ['stat', '--format=%Y', '/proc/1']);
    const { seconds } = await fenceTest(
      { clusterId: cluster.clusterId, members: members(three) },
      'n3',
      admin.context(new Report()),
      'lab',
    );
    expect(seconds).toBeGreaterThan(0);
    await reconnect('n3');
    expect(await lab.exec('n3', ['stat', '--format=%Y', '/proc/1'])).not.toBe(before);
    // Pacemaker's alert told the others when it was.
    expect(await lab.exec('n1', ['cat', '/var/lib/minime/events.log'])).toMatch(/\tfencing\tn3\t0\t/);
  });

  test('an older host program is replaced host by host, and learns to ask others', async () => {
    for (const name of three) {
      await lab.exec(name, ['systemctl', 'disable', '--now', 'minime-dispatch.service']);
      await lab.exec(name, ['rm', '--recursive', hostPaths.dispatch]);
      await lab.exec(name, ['sed', '--in-place', '/"dispatch": {/,/^  },/d', hostPaths.hostConfig]);
    }
    for (const name of three)
      await lab.exec(name, [
        'sh',
        '-c',
        `sed -i 's/"vmclVersion": "[^"]*"/"vmclVersion": "0.0.1"/' ${hostPaths.manifest}; echo '//' >> ${hostPaths.program}`,
      ]);
    const report = new Report();
    await updateHostProgram({ clusterId: cluster.clusterId, members: members(three) }, admin.context(report));
    expect(report.states('done').filter((id) => id.endsWith(hostPaths.program))).toHaveLength(3);
    expect(report.states('failed')).toEqual([]);
    expect(await runningUnits(three)).toHaveLength(9);
    await expectVerified(three);
  });

  test('a host leaves the running cluster, which goes on', async () => {
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

  /** A lab host has nodes for its own disks only. */
  async function allowLoopDevices(name: string): Promise<void> {
    const script =
      'mknod /dev/loop-control c 10 237; for i in $(seq 0 127); do [ -e /dev/loop$i ] || mknod /dev/loop$i b 7 $i; done';
    await lab.exec(name, ['sh', '-c', script]);
  }
});
