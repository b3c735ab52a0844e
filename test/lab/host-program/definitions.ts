import { describe, expect, test } from 'vitest';
import type { StoredDefinition } from '../../../src/contract/hostState.ts';
import { hostPaths } from '../../../src/contract/manifest.ts';
import { decodeDefinition } from '../../../src/host/definitions/format.ts';
import { guestNvramPath } from '../guestXml.ts';
import { type LabCluster, until } from './labCluster.ts';

/** A name with all that breaks a command line, a file name or XML. */
export const weirdName = 'web "a" \u00dc & <b>';
/** Keeps a sync from ending for a while after the host program has. */
const slowEnd = '/run/systemd/system/minime-sync.service.d';
const definitionPath = (uuid: string): string => `${hostPaths.quorumDisks}/n1/definitions/${uuid}.json`;

const stateOf = (cluster: LabCluster, uuid: string): StoredDefinition['state'] | undefined =>
  cluster.clients.n1.seen.quorumDisks?.disks
    .find(({ home }) => home === 'n1')
    ?.definitions.find((definition) => definition.uuid === uuid)?.state;
const vmOf = (cluster: LabCluster, name: string) =>
  cluster.clients.n1.seen.vms?.vms.find((vm) => vm.name === name);

/** Defines a VM whose name is nothing but trouble, and leaves it, saved. */
export function savesChanges(cluster: () => LabCluster): void {
  test('saves a VM with any name, and its NVRAM, because it changed', async ({ onTestFinished }) => {
    const { lab, clients, run, sh } = bound(cluster());
    // Without the timer it can only be that the change was noticed; `npm run bench -- sync` tells how soon.
    await run('systemctl', 'stop', 'minime-sync.timer');
    onTestFinished(async () => void (await run('systemctl', 'start', 'minime-sync.timer')));
    await lab.addVm('n1', { name: weirdName, nvram: true });
    const uuid = await cluster().uuidOf('n1', weirdName);
    await clients.n1.until('the definition is saved', () => stateOf(cluster(), uuid) === 'current');

    await Promise.all([
      clients.n1.until('the VM runs', () => vmOf(cluster(), weirdName)?.state === 'running'),
      lab.startVm('n1', weirdName),
    ]);
    await lab.stopVm('n1', weirdName);
    await clients.n1.until('the VM is off', () => vmOf(cluster(), weirdName)?.state === 'shut-off');

    const nvram = guestNvramPath(weirdName);
    await sh('printf changed | dd of="$1" bs=1 seek=100 conv=notrunc status=none', nvram);
    await clients.n1.call('sync', {});
    const key = Buffer.from((await run('cat', hostPaths.clusterKey)).trim(), 'hex');
    const verdict = decodeDefinition(Buffer.from(await run('cat', definitionPath(uuid))), key);
    if (verdict.state !== 'good') throw new Error(verdict.cause);
    expect(verdict.definition).toMatchObject({ name: weirdName, host: 'n1' });
    expect(verdict.definition.content.nvram?.toString('base64')).toBe(
      (await run('base64', '--wrap=0', nvram)).trim(),
    );
  });

  test('misses no change that is made while a sync comes to its end', async ({ onTestFinished }) => {
    const { run, sh } = bound(cluster());
    const uuid = await cluster().uuidOf('n1', weirdName);
    const describe_ = (text: string) => run('virsh', '-q', 'desc', weirdName, text, '--config');
    const saved = async (text: string): Promise<boolean> =>
      (await run('cat', definitionPath(uuid))).includes(text);
    await run('systemctl', 'stop', 'minime-sync.timer');
    await sh(
      'mkdir -p "$1"; printf "[Service]\\nExecStartPost=/bin/sleep 3\\n" >"$1/slow.conf"; systemctl daemon-reload',
      slowEnd,
    );
    onTestFinished(async () => {
      await run('rm', '--recursive', slowEnd);
      await run('systemctl', 'daemon-reload');
      await run('systemctl', 'start', 'minime-sync.timer');
    });
    await describe_('said early');
    await until('a sync is at its end', async () => {
      const state = await run('systemctl', 'show', '--property=SubState', '--value', 'minime-sync.service');
      return state.trim() === 'start-post' && (await saved('said early'));
    });
    await describe_('said late');
    await until('the late change is saved', () => saved('said late'));
    expect(await saved('said early')).toBe(false);
  });
}

/** Uses n1 and the VM that `savesChanges` left. */
export function definitionTests(cluster: () => LabCluster): void {
  describe.concurrent('definitions', () => {
    test.sequential('are saved by the timer', async ({ onTestFinished }) => {
      const { lab, clients, run } = bound(cluster());
      await run('systemctl', 'stop', 'minime-sync.path', 'minime-sync.timer');
      onTestFinished(async () => void (await run('systemctl', 'start', 'minime-sync.path')));
      await lab.addVm('n1', { name: 'timed' });
      const uuid = await cluster().uuidOf('n1', 'timed');
      await run('systemctl', 'start', 'minime-sync.timer');
      // Its two minutes, and a sync.
      await clients.n1.until('the timer syncs', () => stateOf(cluster(), uuid) === 'current', 240_000);
      expect(await run('systemctl', 'show', '--property=TimersMonotonic', 'minime-sync.timer')).toContain(
        'OnUnitInactiveUSec=2min',
      );
      await lab.guests.remove('n1', 'timed');
      await clients.n1.call('sync', {});
      await clients.n1.until('the definition is gone', () => stateOf(cluster(), uuid) === undefined);
    });

    test.sequential('that no other host could use are called unprotected', async ({ onTestFinished }) => {
      const { lab, clients } = bound(cluster());
      await lab.addVm('n1', { name: 'local', disk: 'local' });
      onTestFinished(() => lab.guests.remove('n1', 'local'));
      const protection = () => vmOf(cluster(), 'local')?.protection;
      await clients.n1.until('the VM is there', () => protection() !== undefined);
      expect(protection()).toMatchObject({
        protected: false,
        findings: [{ id: 'vm-disk-local', host: 'n1', subject: 'local' }],
      });
      expect(vmOf(cluster(), weirdName)?.protection).toEqual({ protected: true, findings: [] });
    });

    test.sequential('that were tampered with are refused, and replaced', async ({ onTestFinished }) => {
      const { clients, run, sh } = bound(cluster());
      const units = ['minime-sync.timer', 'minime-sync.path'];
      const problems = () =>
        clients.n1.seen.quorumDisks?.disks.flatMap((disk) => disk.problems.map(({ id }) => id)) ?? [];
      const uuid = await cluster().uuidOf('n1', weirdName);
      // Else they would repair it before it was seen.
      await run('systemctl', 'stop', ...units, 'minime-sync.service');
      onTestFinished(async () => void (await run('systemctl', 'start', ...units)));
      await sh(`sed -i 's/"vcpus":1/"vcpus":2/' "$1"`, definitionPath(uuid));
      await clients.n1.until('the forgery is seen', () => stateOf(cluster(), uuid) === 'tampered');
      expect(problems()).toContain('definition-tampered');
      expect(await clients.n1.call('sync', {})).toMatchObject({ written: 1, problems: [] });
      await clients.n1.until(
        'it is replaced',
        () => stateOf(cluster(), uuid) === 'current' && problems().length === 0,
      );
    });

    test.sequential('outlast a storage that refuses every write', async ({ onTestFinished }) => {
      const { lab, clients, run } = bound(cluster());
      const uuid = await cluster().uuidOf('n1', weirdName);
      const placement = () => clients.n1.seen.cluster?.quorumDisks.find(({ home }) => home === 'n1');
      onTestFinished(() => lab.mendDisk('qd-n1'));
      await lab.breakDisk('qd-n1');
      await clients.n1.until(
        'no host can mount the disk',
        () => placement()?.state === 'failed' && placement()?.mountedOn === null,
        240_000,
      );
      expect(placement()?.failure).toMatch(/quorum disk of n1/);
      // Whether Pacemaker has let go of the disk by now or not, nothing is taken for saved, and nothing for gone.
      const failed = await clients.n1.call('sync', {});
      expect(failed).toMatchObject({ written: 0, removed: 0 });
      expect(failed.problems[0]?.id).toMatch(/^quorum-disk-/);
      await lab.mendDisk('qd-n1');
      await run('crm_resource', '--cleanup', '--resource', 'quorum-disk-n1');
      await clients.n1.until('the disk is at home', () => placement()?.mountedOn === 'n1', 240_000);
      expect(await clients.n1.call('sync', {})).toMatchObject({ removed: 0, problems: [] });
      await clients.n1.until('nothing is lost', () => stateOf(cluster(), uuid) === 'current');
    });
  });
}

function bound(cluster: LabCluster) {
  return {
    lab: cluster.lab,
    clients: cluster.clients,
    run: (...argv: string[]) => cluster.run('n1', ...argv),
    sh: (script: string, ...args: string[]) => cluster.sh('n1', script, ...args),
  };
}
