import { afterAll, describe, expect, test } from 'vitest';
import { hostPaths } from '../../../src/contract/manifest.ts';
import { type LabCluster, until } from './labCluster.ts';

const disk = `${hostPaths.quorumDisks}/n2`;

/** Pacemaker looks every 15 s, and waits with what it does about it for whatever it is doing elsewhere in the cluster. */
const mountAnewMs = 240_000;

/** What the host program does when its quorum disk fails; uses n2. */
export function diskTests(cluster: () => LabCluster): void {
  const client = () => cluster().clients.n2;
  const run = (...argv: string[]) => cluster().run('n2', ...argv);
  const own = () => client().seen.quorumDisks?.disks.find(({ home }) => home === 'n2');
  const problems = () => own()?.problems.map(({ id }) => id) ?? [];

  describe.concurrent('a quorum disk', () => {
    // What failed stays on record until somebody has seen it.
    afterAll(async () => void (await run('crm_resource', '--cleanup')));

    test.sequential('that is full keeps the old definitions', async ({ onTestFinished }) => {
      const { lab } = cluster();
      await lab.addVm('n2', { name: 'early' });
      const early = await cluster().uuidOf('n2', 'early');
      const saved = () => own()?.definitions.find(({ uuid }) => uuid === early)?.state === 'current';
      await client().until('the first is saved', saved);
      // Else what is kept only in case it is missed would make room.
      await run('rm', '--recursive', '--force', `${disk}/removed`);
      const fill =
        'for size in 64k 1k; do dd if=/dev/zero of="$1.$size" bs=$size status=none 2>&1; done; true';
      await cluster().sh('n2', fill, `${disk}/filler`);
      const empty = () => run('rm', '--force', `${disk}/filler.64k`, `${disk}/filler.1k`);
      onTestFinished(async () => void (await empty()));
      await lab.addVm('n2', { name: 'late', nvram: true });
      onTestFinished(() => lab.guests.remove('n2', 'late'));
      const report = await client().call('sync', {});
      expect(report.problems).toMatchObject([{ id: 'quorum-disk-full', severity: 'error', subject: 'late' }]);
      await client().until(
        'it is seen to be full, and that the sync failed for it',
        ({ quorumDisks }) =>
          problems().includes('quorum-disk-full') &&
          quorumDisks?.sync?.last?.problems[0]?.id === 'quorum-disk-full',
      );
      expect(saved()).toBe(true);
      await empty();
      expect(await client().call('sync', {})).toMatchObject({ problems: [] });
      expect(await client().call('quorumDisk.roundTrip', {})).toMatchObject({ ok: true });
    });

    test.sequential('that became read-only is told of, and mounted anew by Pacemaker', async ({
      onTestFinished,
    }) => {
      // Else Pacemaker may have mended it before the round trip has its turn.
      const managed = ['crm_resource', '--resource', 'quorum-disk-n2', '--meta'];
      const manage = () => run(...managed, '--delete-parameter', 'is-managed');
      onTestFinished(async () => void (await manage()));
      await run(...managed, '--set-parameter', 'is-managed', '--parameter-value', 'false');
      await run('mount', '-o', 'remount,ro', disk);
      await client().until('it is seen to be read-only', () => problems().includes('quorum-disk-read-only'));
      expect(await client().call('quorumDisk.roundTrip', {})).toMatchObject({ ok: false });
      await manage();
      await client().until('it can be written again', () => own()?.readOnly === false, mountAnewMs);
      expect(await client().call('quorumDisk.roundTrip', {})).toMatchObject({ ok: true });
    });

    test.sequential('that is gone is missed, and mounted again by Pacemaker', async () => {
      // Something may just be writing there.
      await until(
        'it is unmounted',
        async () => (await cluster().lab.run('n2', ['umount', disk])).exitCode === 0,
      );
      const report = await client().call('sync', {});
      expect(report).toMatchObject({
        written: 0,
        removed: 0,
        problems: [{ id: 'quorum-disk-not-here', severity: 'warning' }],
      });
      await client().until('it is seen to be gone', () => own() === undefined);
      await client().until('it is there again', () => own()?.readOnly === false, mountAnewMs);
      expect(await client().call('sync', {})).toMatchObject({ problems: [] });
    });
  });
}
