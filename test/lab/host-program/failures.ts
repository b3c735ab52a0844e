import { expect, test } from 'vitest';
import { hostPaths } from '../../../src/contract/manifest.ts';
import { type HostName, type LabCluster, until } from './labCluster.ts';

const journalOf = (cluster: LabCluster, host: HostName): Promise<string> =>
  cluster.run(host, 'journalctl', '--boot', '--output=cat', '--no-pager');

/** What the host program of n1 tells while others fail. */
export function failureTests(cluster: () => LabCluster): void {
  const client = () => cluster().clients.n1;

  test('pushes a link that is cut, naming both ends', async () => {
    await cluster().untilWhole();
    await cluster().lab.cutLink('n2', 2);
    await client().until('the link is down', () => cluster().problems().includes('warning link-down'));
    expect(client().seen.cluster?.problems).toMatchObject([
      { id: 'link-down', title: 'Heartbeat link 1 between n1 and n2 is down.' },
    ]);
    expect(client().seen.cluster?.links[1]?.peers.map(({ connected }) => connected)).toEqual([false, true]);
    await cluster().lab.mendLink('n2', 2);
    await cluster().untilWhole();
  });

  test('does not take a poison pill for delivered that could not be written', async ({ onTestFinished }) => {
    const { lab } = cluster();
    await lab.breakDisk('sbd');
    onTestFinished(() => lab.mendDisk('sbd'));
    const sent = await lab.run('n1', [
      hostPaths.sbdReadBack,
      ...['-d', lab.devices.poisonPill, 'message', 'n3', 'reset'],
    ]);
    expect(sent).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('The poison pill for n3 could be read back from 0 of 1 disks'),
    });
  });

  test('has a host fenced, whose disk is mounted at home again when it is back', async () => {
    const fenced = client().call('fence.test', { target: 'n3' });
    await client().until('the pill is in its slot', () =>
      cluster().problems().includes('warning poison-pill-pending'),
    );
    expect(await fenced).toMatchObject({ ok: true, agent: 'fence_sbd' });
    await client().until(
      'it is on record',
      ({ cluster: section }) => section?.fencing.history[0]?.outcome === 'success',
    );
    expect(client().seen.cluster?.fencing.history[0]).toMatchObject({ target: 'n3', action: 'reboot' });
    await cluster().lab.waitUntilUp('n3');
    await cluster().untilWhole();
    // The kernel of the lab outlives its hosts and may unmount for them: then there is nothing to clear.
    expect(await journalOf(cluster(), 'n3')).toMatch(
      /quorum disk of n3: (clean, last held by n3: mount|in-use, last held by n3: clear)/,
    );
  });
}

/** Needs n3 to have lost its power. */
export function deadHostTests(cluster: () => LabCluster): void {
  const client = () => cluster().clients.n1;

  test('the quorum disk of a dead host is taken over as soon as it is fenced', async () => {
    await client().until('the host is missed', () =>
      cluster()
        .problems()
        .some((problem) => /member-(offline|unclean)/.test(problem)),
    );
    const isSurvivor = (name: string | null | undefined): name is 'n1' | 'n2' =>
      name === 'n1' || name === 'n2';
    await client().until('the disk is on a survivor', () => isSurvivor(cluster().placement('n3')), 240_000);
    const survivor = cluster().placement('n3');
    if (!isSurvivor(survivor)) throw new Error('until() has seen it');
    expect(cluster().problems()).toContain('warning quorum-disk-not-home');
    expect(await journalOf(cluster(), survivor)).toContain(
      'quorum disk of n3: in-use, last held by n3: clear',
    );
    await until(
      'the agent has noted it',
      async () => (await cluster().run(survivor, 'ls', '/var/lib/minime/away')) === 'n3\n',
    );
  });
}
