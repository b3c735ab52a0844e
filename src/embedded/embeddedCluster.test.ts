import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sectionReaders } from '../host/monitor/sections.ts';
import { readStatus } from '../host/monitor/status.ts';
import { addVirtualIp, moveVirtualIp, removeVirtualIp } from '../host/virtual-ips/virtualIps.ts';
import { clusterDescriptionSchema, uuidOf } from './description.ts';
import { EmbeddedCluster } from './embeddedCluster.ts';
import { MemoryFiles } from './files/memoryFiles.ts';
import type { Program } from './services/service.ts';
import { VirtualClock } from './time/virtualClock.ts';
import { labTiming } from './timing.ts';

describe('an embedded cluster', () => {
  let cluster: EmbeddedCluster;
  let clock: VirtualClock;
  let events: string[];

  const program = (host: string): Program => {
    const { boot } = cluster.host(host);
    if (boot === undefined) throw new Error(`${host} is off`);
    return cluster.program(boot);
  };
  /** Lets time pass until it is settled. */
  const outcome = async <T>(promise: Promise<T>, withinMs = 60_000): Promise<T | Error | 'nothing'> => {
    let settled: T | Error | 'nothing' = 'nothing';
    promise.then(
      (value) => {
        settled = value;
      },
      (error: Error) => {
        settled = error;
      },
    );
    await clock.runUntil(clock.elapsed() + withinMs, () => settled !== 'nothing');
    return settled;
  };

  beforeEach(async () => {
    clock = new VirtualClock();
    events = [];
    cluster = new EmbeddedCluster({
      description: clusterDescriptionSchema.parse({
        hosts: [{ name: 'n1' }, { name: 'n2' }, { name: 'n3' }],
        vms: [
          { name: 'web', host: 'n1', memory: 2 },
          { name: 'mail', host: 'n2' },
        ],
      }),
      clock,
      timing: labTiming,
      files: new MemoryFiles(() => clock.now()),
      folder: '/embedded',
      version: '0',
      onEvent: ({ at, host, text }) => events.push(`${at / 1000} ${host} ${text}`.replace('  ', ' ')),
      onLog: () => undefined,
    });
    await cluster.prepare();
    for (const host of cluster.hosts.keys()) cluster.powerOn(host);
    await clock.runUntil(10_000);
    await outcome(program('n1').host.hypervisor.start(uuidOf('web')));
    events = [];
  });
  afterEach(() => cluster.close());

  it('gives every section by the contract, without trouble', async () => {
    const { host } = program('n1');
    const status = await outcome(readStatus(host, sectionReaders(host)));
    expect(status).toMatchObject({
      errors: [],
      sections: {
        cluster: { engine: 'running', quorate: true, problems: [] },
        system: { nodeName: 'n1', problems: [] },
        vms: { vms: [{ name: 'web', state: 'running', protection: { protected: true } }] },
      },
    });
  });

  it('fences a host that died, and moves its quorum disk', async () => {
    await clock.runUntil(20_000);
    cluster.kill('n1');
    await clock.runUntil(40_000);
    expect(events).toEqual(
      expect.arrayContaining([
        '23.5 members: n2 n3',
        '35 n1 is fenced: fence_sbd',
        '35.2 quorum disk of n1 mounted on n2',
      ]),
    );
    expect(await program('n2').host.engine.lossOf('n1')).toMatchObject({ state: 'fenced', how: 'fence_sbd' });
  });

  it('has a partitioned host stop what it holds, and be reset before anybody takes it', async () => {
    cluster.network.part(['n1']);
    cluster.engine.networkChanged();
    await clock.runUntil(clock.elapsed() + 30_000);
    const order = ['unmounted from n1: no quorum', 'n1 is reset', 'n1 is fenced', 'n1 mounted on n2'];
    const places = order.map((text) => events.findIndex((event) => event.includes(text)));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('keeps a virtual IP on one living host, and gives it back to the preferred one', async () => {
    const placed = async (asker: string): Promise<unknown> => {
      const { virtualIps } = await program(asker).host.engine.state();
      return virtualIps.map(({ on, state }) => [on, state]);
    };
    const spec = { name: 'web', address: '192.0.2.50', prefixLength: 24, preferredHost: 'n1' };
    await outcome(addVirtualIp(program('n2').host, { spec }));
    expect(await placed('n3')).toEqual([['n1', 'started']]);
    cluster.kill('n1');
    await clock.runUntil(clock.elapsed() + 5_000);
    expect(await placed('n2')).toEqual([[null, 'unknown']]);
    await clock.runUntil(clock.elapsed() + 20_000);
    expect(await placed('n2')).toEqual([['n2', 'started']]);
    cluster.powerOn('n1');
    await clock.runUntil(clock.elapsed() + 20_000);
    expect(await placed('n2')).toEqual([['n1', 'started']]);
    await outcome(moveVirtualIp(program('n3').host, { name: 'web', host: 'n3' }));
    expect(await placed('n1')).toEqual([['n3', 'started']]);
    cluster.network.part(['n3']);
    cluster.engine.networkChanged();
    await clock.runUntil(clock.elapsed() + 5_000);
    expect(await placed('n3')).toEqual([]);
    await outcome(removeVirtualIp(program('n1').host, { name: 'web' }));
    expect(await placed('n1')).toEqual([]);
  });

  it('does not notice what lasts shorter than detection', async () => {
    cluster.network.part(['n1']);
    cluster.engine.networkChanged();
    await clock.runUntil(clock.elapsed() + 2_000);
    cluster.network.mend();
    cluster.engine.networkChanged();
    await clock.runUntil(clock.elapsed() + 30_000);
    expect(events.filter((event) => event.includes('members') || event.includes('lost'))).toEqual([]);
  });

  it('takes over nothing while fencing fails, and goes on once an admin confirms', async () => {
    cluster.host('n1').fencing = 'fails';
    cluster.kill('n1');
    await clock.runUntil(clock.elapsed() + 60_000);
    expect(events.join()).not.toContain('mounted on n2');
    expect(await program('n2').host.engine.lossOf('n1')).toMatchObject({ state: 'unfenced' });
    await outcome(program('n3').host.engine.confirmFenced('n1'));
    await clock.runUntil(clock.elapsed() + 1_000);
    expect(events.at(-1)).toContain('takeover of n1');
  });

  it('lets a VM start nowhere else while it runs', async () => {
    const { content } = cluster.host('n1').domains.get(uuidOf('web')) ?? { content: { xml: '', tpm: [] } };
    const { hypervisor } = program('n2').host;
    await hypervisor.define(uuidOf('web'), content);
    const refused = await outcome(hypervisor.start(uuidOf('web')));
    expect(refused).toMatchObject({ info: { cause: expect.stringContaining('Failed to get "write" lock') } });
    expect(cluster.guests.doubleStarts).toHaveLength(1);
    cluster.kill('n1');
    expect(await outcome(hypervisor.start(uuidOf('web')))).toBeUndefined();
    expect(cluster.guests.named('web').runs.map(({ host }) => host)).toEqual(['n1', 'n2']);
  });

  it('gives a dead program no answer and no effect', async () => {
    const dead = program('n1');
    const copied = dead.host.quorumDisks.folderOf('n1');
    const started = dead.host.hypervisor.define(uuidOf('web'), { xml: '', tpm: [] }).catch(() => 'refused');
    expect(await outcome(started)).toBe('refused');
    cluster.kill('n1');
    expect(await outcome(dead.host.engine.createDocument('a', 'b'))).toBe('nothing');
    expect(await outcome(cluster.hostFiles.readdir(copied))).toBe('nothing');
    expect(await outcome(program('n2').host.engine.documents(''))).toEqual(new Map());
  });

  it('keeps what is on a full disk, and takes nothing more', async () => {
    const disk = cluster.disks.get('n1');
    if (disk === undefined) throw new Error('no disk');
    disk.filler = 100 * 1024 ** 2;
    const { host } = program('n1');
    const write = async (): Promise<void> => {
      const file = await cluster.hostFiles.open(`${host.quorumDisks.folderOf('n1')}/new`, 'w');
      await file.writeFile('more');
    };
    expect(await outcome(write())).toMatchObject({ code: 'ENOSPC' });
    expect(await outcome(host.quorumDisks.check('n1'))).toBeUndefined();
    disk.fault = 'read-only';
    expect(await outcome(write())).toMatchObject({ code: 'EROFS' });
    disk.fault = 'gone';
    expect(await outcome(host.quorumDisks.check('n1'))).toMatchObject({ code: 'EIO' });
  });

  it('moves a running VM with its definition', async () => {
    const { hypervisor } = program('n1').host;
    const percents: number[] = [];
    const moved = hypervisor.migrate(uuidOf('web'), 'n3', {
      onProgress: (percent) => percents.push(percent),
    });
    expect(await outcome(moved)).toBeUndefined();
    expect(percents).toEqual([25, 50, 75, 100]);
    expect(await hypervisor.vms()).toMatchObject([{ name: 'web', state: 'shut-off' }]);
    expect(await program('n3').host.hypervisor.vms()).toMatchObject([{ name: 'web', state: 'running' }]);
    expect(cluster.guests.named('web').runs).toHaveLength(2);
  });

  it('answers other hosts, and not across a partition', async () => {
    const { peers } = program('n1').host;
    const ask = () => peers.call('n2', 'survey', {}, { timeoutMs: 10_000 });
    expect(await outcome(ask())).toMatchObject({ host: 'n2', running: [] });
    cluster.network.part(['n1']);
    expect(await outcome(ask())).toMatchObject({ info: { kind: 'unreachable' } });
  });
});
