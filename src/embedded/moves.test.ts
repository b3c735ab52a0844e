import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TakeoverSection } from '../contract/hostState.ts';
import { initialPolicy } from '../contract/policy.ts';
import type { Host } from '../host/host.ts';
import { stableAfterMs } from '../host/moves/automatic.ts';
import { beginMaintenance, bringVmsHome, endMaintenance } from '../host/moves/calls.ts';
import { setPolicy } from '../host/policy/policy.ts';
import { readTakeoverSection } from '../host/sections/takeover.ts';
import { setDiskFault, shutDownVm } from './breakage.ts';
import { clusterDescriptionSchema, uuidOf } from './description.ts';
import { EmbeddedCluster } from './embeddedCluster.ts';
import { MemoryFiles } from './files/memoryFiles.ts';
import { VirtualClock } from './time/virtualClock.ts';
import { labTiming } from './timing.ts';

/** Moving VMs with the real host program, between hosts that migrate in two seconds. */
describe('moving VMs', () => {
  let cluster: EmbeddedCluster;
  let clock: VirtualClock;

  const host = (name: string): Host => {
    const { boot } = cluster.host(name);
    if (boot === undefined) throw new Error(`${name} is off`);
    return cluster.program(boot).host;
  };
  async function outcome<T>(promise: Promise<T>, withinMs = 120_000): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    promise.then(settle, settle);
    await clock.runUntil(clock.elapsed() + withinMs, () => settled);
    if (!settled) throw new Error('nothing came of it');
    return await promise;
  }
  const takeover = (name: string): Promise<TakeoverSection> => outcome(readTakeoverSection(host(name)));
  const until = async (condition: () => Promise<boolean>, withinMs = 300_000): Promise<void> => {
    const end = clock.elapsed() + withinMs;
    while (!(await condition())) {
      if (clock.elapsed() > end) throw new Error('it does not come about');
      await clock.runUntil(clock.elapsed() + 500);
    }
  };
  const movesEnd = (name: string): Promise<void> =>
    until(async () => (await takeover(name)).moves?.endedAt !== undefined);
  const runsOn = (vm: string): string | undefined => cluster.guests.named(vm).holder?.boot.host;
  const definitionsOf = async (home: string): Promise<string[]> => {
    const section = await outcome(host(home).quorumDisks.mounted());
    expect(section.map((disk) => disk.home)).toContain(home);
    return (await outcome(host(home).hypervisor.vms())).map(({ name }) => name).sort();
  };

  beforeEach(async () => {
    clock = new VirtualClock();
    cluster = new EmbeddedCluster({
      description: clusterDescriptionSchema.parse({
        hosts: [{ name: 'n1' }, { name: 'n2' }, { name: 'n3' }],
        vms: [
          { name: 'web', host: 'n1', memory: 2 },
          { name: 'db', host: 'n1', memory: 2 },
          { name: 'mail', host: 'n2' },
        ],
      }),
      clock,
      timing: labTiming,
      files: new MemoryFiles(() => clock.now()),
      folder: '/embedded',
      version: '0',
      onEvent: () => undefined,
      onLog: () => undefined,
    });
    await cluster.prepare();
    for (const name of cluster.hosts.keys()) cluster.powerOn(name);
    await clock.runUntil(15_000);
    for (const vm of ['web', 'db']) await outcome(host('n1').hypervisor.start(uuidOf(vm)));
    await outcome(host('n2').hypervisor.start(uuidOf('mail')));
    await clock.runUntil(clock.elapsed() + 30_000);
  });
  afterEach(() => cluster.close());

  it('empties a host in maintenance, and brings its VMs home afterwards', async () => {
    await outcome(beginMaintenance(host('n1')));
    await movesEnd('n1');
    expect(runsOn('web')).toMatch(/n[23]/);
    expect(runsOn('db')).toMatch(/n[23]/);
    const { moves, movedAway } = await takeover('n1');
    expect(moves).toMatchObject({ reason: 'maintenance', cancelled: false });
    expect(moves?.vms.map(({ name, state }) => [name, state])).toEqual([
      ['db', 'moved'],
      ['web', 'moved'],
    ]);
    expect(movedAway?.map(({ name, to }) => [name, to]).sort()).toEqual([
      ['db', runsOn('db')],
      ['web', runsOn('web')],
    ]);
    expect(await definitionsOf('n1')).toEqual([]);

    await outcome(endMaintenance(host('n1'), { bringHome: true }));
    await until(async () => (await takeover('n1')).movedAway?.length === 0);
    expect([runsOn('web'), runsOn('db')]).toEqual(['n1', 'n1']);
    expect(await definitionsOf('n1')).toEqual(['db', 'web']);
    // Where they were, nothing is left of them.
    for (const other of ['n2', 'n3']) {
      await until(
        async () => (await takeover(other)).moves?.endedAt !== undefined || other !== runsOn('web'),
      );
      expect((await takeover(other)).movedAway).toEqual([]);
      expect(await definitionsOf(other)).toEqual(other === 'n2' ? ['mail'] : []);
    }
    expect(cluster.guests.named('web').runs).toHaveLength(3);
  });

  it('keeps the list at home when a VM moves on from there', async () => {
    await outcome(beginMaintenance(host('n1')));
    await movesEnd('n1');
    const first = runsOn('web') ?? '';
    await outcome(beginMaintenance(host(first)));
    await movesEnd(first);
    const second = runsOn('web');
    expect(second).not.toBe(first);
    expect((await takeover('n1')).movedAway).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ name: 'web', to: second })]),
    );
    const { movedAway } = await takeover(first);
    expect(movedAway?.map(({ name }) => name)).toEqual(first === 'n2' ? ['mail'] : []);
  });

  it('takes another host when the first dies on the way, and leaves the VM running', async () => {
    await outcome(beginMaintenance(host('n1')));
    await until(
      async () => (await takeover('n1')).moves?.vms.some(({ state }) => state === 'moving') ?? false,
    );
    const target = (await takeover('n1')).moves?.vms.find(({ state }) => state === 'moving')?.to ?? '';
    cluster.kill(target);
    await movesEnd('n1');
    const other = target === 'n2' ? 'n3' : 'n2';
    expect([runsOn('web'), runsOn('db')]).toEqual([other, other]);
    expect(cluster.guests.named('web').runs.filter(({ to }) => to === undefined)).toHaveLength(1);
  });

  it('gives up its copy of a VM that could not be handed over at once, also when it is off by then', async () => {
    for (const other of ['n2', 'n3']) setDiskFault(cluster, other, 'read-only');
    await outcome(beginMaintenance(host('n1')));
    await movesEnd('n1');
    expect(runsOn('web')).toMatch(/n[23]/);
    expect((await takeover('n1')).moves?.vms.map(({ reason }) => reason ?? '').join()).toContain(
      'is kept here',
    );
    expect(await definitionsOf('n1')).toEqual(['db', 'web']);
    shutDownVm(cluster, 'web');
    for (const other of ['n2', 'n3']) setDiskFault(cluster, other, undefined);
    await until(async () => (await definitionsOf('n1')).length === 0);
    expect((await takeover('n1')).movedAway?.map(({ name }) => name).sort()).toEqual(['db', 'web']);
  });

  it('brings VMs home by itself once their host has been back for a while, if the policy says so', async () => {
    const takeoverSettings = { ...initialPolicy.takeover, failback: 'automatic' as const };
    await outcome(setPolicy(host('n1'), { ...initialPolicy, takeover: takeoverSettings }, 'test'));
    cluster.kill('n1');
    await until(() => Promise.resolve(/n[23]/.test(runsOn('web') ?? '') && runsOn('db') !== undefined));
    cluster.powerOn('n1');
    const back = clock.elapsed();
    await until(async () => (await takeover('n1')).rejoined);
    await until(() => Promise.resolve(runsOn('web') === 'n1' && runsOn('db') === 'n1'), 600_000);
    expect(clock.elapsed() - back).toBeGreaterThan(stableAfterMs);
  });

  it('stays where it is when the move is cancelled', async () => {
    await outcome(beginMaintenance(host('n1')));
    await until(
      async () => (await takeover('n1')).moves?.vms.some(({ state }) => state === 'moving') ?? false,
    );
    await outcome(host('n1').movesService.stop());
    await movesEnd('n1');
    expect([runsOn('web'), runsOn('db')]).toEqual(['n1', 'n1']);
    const { moves } = await takeover('n1');
    expect(moves?.cancelled).toBe(true);
    expect(moves?.vms.map(({ state }) => state)).toEqual(['stays', 'stays']);
    // What was cancelled is not begun again by the next request.
    await outcome(endMaintenance(host('n1'), { bringHome: false }));
    expect((await takeover('n1')).movedAway).toEqual([]);
  });

  it('says what cannot be brought home', async () => {
    const asked = outcome(bringVmsHome(host('n1'), [uuidOf('mail'), uuidOf('nothing')]));
    await expect(asked).rejects.toMatchObject({
      kind: 'conflict',
      info: { message: '1 of 2 VMs cannot be moved to n1 now.' },
    });
  });
});
