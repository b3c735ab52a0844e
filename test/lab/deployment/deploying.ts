import { readdir } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { deploy, fenceTest, plan, removeCluster } from '../../../electron/console/deploy/index.ts';
import type { DeploymentSpec } from '../../../src/contract/deployment.ts';
import { hostPaths } from '../../../src/contract/manifest.ts';
import { Bmcs } from '../bmc.ts';
import type { Lab } from '../lab.ts';
import { Report } from './admin.ts';
import { cutPowerWhileUnpacking } from './cutOff.ts';
import { type DeploymentSite, engine, members, three } from './site.ts';

/** From bare hosts to a cluster that is proved to work, with what may come between. Each test leaves to the next what it says it leaves. */
export function deployingTests(site: () => DeploymentSite): void {
  test('two hosts with image files, multicast and management controllers are deployed, fenced and removed', async () => {
    const { lab, admin, expectProven, openSteps, onePreflight, reconnect } = site();
    const names = ['n1', 'n3'];
    for (const name of names) await allowLoopDevices(lab, name);
    const bmcs = await Bmcs.start(lab);
    onTestFinished(() => bmcs.stop());
    const fencingWith = (changes: Record<string, string>): DeploymentSpec['fencing'] => ({
      method: 'agent',
      agent: 'fence_ipmilan',
      shared: {},
      perHost: Object.fromEntries(names.map((name) => [name, { ...bmcs.parameters(name), ...changes }])),
    });
    const spec = admin.spec(names, {
      fencing: fencingWith({}),
      transport: { kind: 'udp-multicast', address: '239.192.7.7', port: 5410 },
      quorumDisks: { kind: 'image', folder: '/srv/vms', sizeMiB: 40 },
      hosts: admin
        .spec(names)
        .hosts.map((host) => ({ ...host, linkAddresses: host.linkAddresses.slice(0, 1) })),
    });
    const missing = await onePreflight(spec);
    expect(missing.map(({ id, host }) => `${id} ${host}`).toSorted()).toEqual([
      'fence-agent-missing n1',
      'fence-agent-missing n3',
    ]);
    for (const name of names) await installFenceAgents(lab, name);
    const password = 'not the password';
    const wrong = await onePreflight({ ...spec, fencing: fencingWith({ password }) });
    expect(wrong.map(({ id, host }) => `${id} ${host}`).toSorted()).toEqual([
      'fence-agent-fails n1',
      'fence-agent-fails n3',
    ]);
    expect(JSON.stringify(wrong)).not.toContain(password);

    const images = async () =>
      (await readdir(lab.sharedDirectory)).filter((file) => file.startsWith('quorum-'));
    const report = new Report();
    const result = await deploy(spec, admin.context(report));
    expectProven(report, names);
    expect((await images()).toSorted()).toEqual(['quorum-n1.img', 'quorum-n3.img']);
    expect((await openSteps(spec)).open).toEqual([]);

    const ref = { clusterId: result.clusterId, members: members(names) };
    await fenceTest(ref, 'n3', admin.context(new Report()), 'lab');
    expect(bmcs.orders).toEqual(['n3 set power 0', 'n3 set power 1']);
    await reconnect('n3');
    // What is under way is not to be cut short by the removal: its disk goes home again.
    const isHome = async () =>
      (await lab.run('n3', ['mountpoint', '--quiet', `${hostPaths.quorumDisks}/n3`])).exitCode === 0;
    await expect.poll(isHome, { timeout: 120_000, interval: 1000 }).toBe(true);
    await removeCluster(ref, admin.context(new Report()), { keepPackages: true });
    expect(await images()).toEqual([]);
    // Whoever looks at a device just then, such as udev, keeps it for that moment.
    const columns = 'NAME,AUTOCLEAR,BACK-FILE';
    const left = () => lab.exec('n1', ['losetup', '--list', '--noheadings', '--output', columns]);
    await expect.poll(left, { timeout: 10_000 }).not.toContain('quorum-');
  });

  test('a host that dies while packages are installed leaves no engine running anywhere', async () => {
    const { lab, admin, runningUnits, reconnect } = site();
    const report = new Report();
    let killed: Promise<void> | undefined;
    report.onDetail = (id, line) => {
      if (id === 'n2/packages/install' && line.startsWith('Unpacking'))
        killed ??= cutPowerWhileUnpacking(lab, 'n2');
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
    expect(await lab.exec('n2', ['dpkg', '--audit'])).toContain('must be reinstalled');
  });

  test('cancelled while the engine starts, it is stopped everywhere', async () => {
    const { lab, admin, runningUnits } = site();
    const abort = new AbortController();
    const report = new Report();
    report.onStep = (id, state) => {
      if (id === 'n2/engine/start' && state === 'running') abort.abort();
    };
    await expect(deploy(admin.spec(three), admin.context(report, abort.signal))).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(report.states('done')).toContain('n2/packages/unpack-again');
    expect(await runningUnits(three)).toEqual([]);
    for (const name of three) {
      expect(await lab.exec(name, ['dpkg', '--audit'])).toBe('');
      expect((await lab.run(name, ['systemctl', 'is-enabled', ...engine])).stdout).not.toContain('enabled');
    }
  });

  test('deployed again it finishes what is missing, and is proved to work', async () => {
    const { lab, admin, cluster, expectProven } = site();
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
    const { admin, openSteps } = site();
    const spec = admin.spec(three);
    const { reviewed, open } = await openSteps(spec);
    expect(open).toEqual([]);
    expect(reviewed.steps.some((step) => step.destructive)).toBe(false);
    const result = await deploy(spec, admin.context(new Report()), { planId: reviewed.id });
    expect(result.steps).toEqual({ done: 0, unchanged: reviewed.steps.length });
  });
}

/** As the preflight says; the agent itself needs a program that its package does not ask for. */
async function installFenceAgents(lab: Lab, name: string): Promise<void> {
  await lab.exec(name, ['apt-get', 'update', '--quiet']);
  const packages = ['fence-agents', 'ipmitool'];
  await lab.exec(name, ['apt-get', 'install', '--quiet', '--yes', '--no-install-recommends', ...packages]);
}

/** A lab host has nodes for its own disks only; from now on it has these too, at every boot. */
async function allowLoopDevices(lab: Lab, name: string): Promise<void> {
  const nodes = Array.from({ length: 128 }, (_, index) => `b /dev/loop${index} 0660 root disk - 7:${index}`);
  const file = '/etc/tmpfiles.d/loop-devices.conf';
  const stdin = `${['c /dev/loop-control 0660 root disk - 10:237', ...nodes].join('\n')}\n`;
  await lab.exec(name, ['tee', file], { stdin });
  await lab.exec(name, ['systemd-tmpfiles', '--create', file]);
}
