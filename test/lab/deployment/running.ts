import { expect, test } from 'vitest';
import {
  deploy,
  fenceTest,
  plan,
  updateHostProgram,
  verify,
} from '../../../electron/console/deploy/index.ts';
import { hostPaths } from '../../../src/contract/manifest.ts';
import { Report } from './admin.ts';
import { expectGoodForNothingElse } from './dispatchKey.ts';
import { type DeploymentSite, members, three } from './site.ts';

/** What a deployed cluster does, and is put right by. Each test leaves to the next what it says it leaves. */
export function runningTests(site: () => DeploymentSite): void {
  test('hosts ask each other with keys that are good for nothing else', async () => {
    const { lab } = site();
    await expect(expectGoodForNothingElse(lab, 'n1', 'n2')).resolves.toBeUndefined();
  });

  test('hosts ask each other also where root is locked, and while their own sshd is stopped', async () => {
    const { lab, admin, breaking } = site();
    await breaking('n3', ['usermod', '--lock', 'root'], ['usermod', '--unlock', 'root']);
    await deploy(admin.spec(three), admin.context(new Report()));
    await breaking('n2', ['systemctl', 'stop', 'ssh.service'], ['systemctl', 'start', 'ssh.service']);
    expect((await lab.run('n1', [hostPaths.command, 'peers'])).exitCode).toBe(0);
  });

  test('what was changed on a host after the review is not deployed over', async () => {
    const { lab, admin, cluster, expectProven } = site();
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
    const { lab, admin, cluster, reconnect } = site();
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
    const { lab, admin, cluster, runningUnits, expectVerified } = site();
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
}
