import { describe, expect, it } from 'vitest';
import { MinimeError } from '../../contract/errors.ts';
import { ownTakeovers } from './owner.ts';
import { FakeCluster } from './testing/fakeCluster.ts';

const run = (cluster: FakeCluster, self: string): Promise<void> =>
  cluster.clock.until(ownTakeovers(cluster.world(self), new AbortController().signal));
const record = (cluster: FakeCluster) => [...cluster.records.values()].at(-1);

describe('a takeover', () => {
  it('starts what ran, hands it over, and tells of it', async () => {
    const cluster = new FakeCluster('n1', 'n2', 'n3');
    const [a, b] = [cluster.vm('a', 'n1'), cluster.vm('b', 'n1')];
    const off = cluster.vm('off', 'n1', { off: true });
    cluster.kill('n1');
    await run(cluster, 'n2');
    expect([a, b].map((uuid) => cluster.whereIs(uuid).length)).toEqual([1, 1]);
    expect(cluster.whereIs(off)).toEqual([]);
    expect([...cluster.disk('n1').defs.keys()]).toEqual([off]);
    expect(cluster.disk('n1').movedVms.map(({ uuid }) => uuid)).toEqual([a, b]);
    expect(cluster.documents.size).toBe(0);
    expect(record(cluster)).toMatchObject({
      kind: 'takeover',
      failed: ['n1'],
      owners: [{ host: 'n2' }],
      vms: [
        { name: 'a', outcome: 'running', handedOver: true },
        { name: 'b', outcome: 'running', handedOver: true },
        { name: 'off', outcome: 'not-wanted', handedOver: false },
      ],
      findings: [],
    });
    expect(record(cluster)?.times.ended).toBeDefined();
  });

  it('stays a drill for an owner that carries on after it was over for the one before', async () => {
    const cluster = new FakeCluster('n1', 'n2', 'n3');
    cluster.vm('a', 'n1');
    cluster.documents.set('drill-n1', JSON.stringify({ by: 'ops', at: cluster.clock.now(), expected: {} }));
    cluster.kill('n1');
    const disk = cluster.disk('n1');
    disk.onAppend = ({ what }) => {
      if (what !== 'ended' || disk.mountedOn !== 'n2') return Promise.resolve();
      disk.mountedOn = 'n3';
      return Promise.reject(new MinimeError({ kind: 'not-found', message: 'gone' }));
    };
    await run(cluster, 'n2');
    expect(cluster.documents.size).toBe(0);
    await run(cluster, 'n3');
    expect(record(cluster)).toMatchObject({
      owners: [{ host: 'n2' }, { host: 'n3' }],
      drill: { by: 'ops' },
      vms: [{ name: 'a', outcome: 'running', handedOver: true }],
    });
  });

  it('has the mount of its first owner, before it began', async () => {
    const cluster = new FakeCluster('n1', 'n2', 'n3');
    cluster.vm('a', 'n1');
    cluster.kill('n1');
    const disk = cluster.disk('n1');
    disk.onAppend = ({ what }) => {
      if (what !== 'planned' || disk.mountedOn !== 'n2') return Promise.resolve();
      disk.mountedOn = 'n3';
      return Promise.reject(new MinimeError({ kind: 'not-found', message: 'gone' }));
    };
    await run(cluster, 'n2');
    await run(cluster, 'n3');
    const { owners = [], times } = record(cluster) ?? {};
    expect(owners.map(({ host }) => host)).toEqual(['n2', 'n3']);
    expect(times?.mounted).toBeLessThanOrEqual(times?.begun ?? 0);
  });
});
