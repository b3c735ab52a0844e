import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Crash, runWithCrashes } from './testing/crashing.ts';
import { FakeCluster, GB } from './testing/fakeCluster.ts';

/** A cluster in which some starts go wrong on their first host. */
function scene(names: readonly string[] = ['n1', 'n2', 'n3', 'n4', 'n5']): FakeCluster {
  const cluster = new FakeCluster(...names);
  const vms = ['a', 'b', 'c', 'd'].map((name) => cluster.vm(name, 'n1'));
  cluster.vm('off', 'n1', { off: true });
  const [a = '', b = ''] = vms;
  cluster.host('n2').starts.set(a, 'fails');
  cluster.host('n3').starts.set(a, 'hangs');
  cluster.host('n2').starts.set(b, 'hangs');
  cluster.policy = {
    ...cluster.policy,
    tiers: [
      { name: 'First', vms: [a, b], readiness: { kind: 'delay', seconds: 3 } },
      { name: 'Second', vms: vms.slice(2), readiness: { kind: 'started' } },
    ],
  };
  return cluster;
}

/** Every VM that was wanted runs exactly once, on a host that lives; nothing of any is lost. */
function expectAllWell(cluster: FakeCluster, wanted: readonly string[]): void {
  expect(cluster.violations).toEqual([]);
  const where = wanted.map((name) => {
    const vm = [...cluster.vms.values()].find((one) => one.name === name);
    return [name, cluster.whereIs(vm?.uuid ?? '').length];
  });
  expect(where).toEqual(wanted.map((name) => [name, 1]));
  for (const { uuid, name } of cluster.vms.values()) {
    const onDisks = [...cluster.disks.values()].filter(({ defs }) => defs.has(uuid)).map(({ home }) => home);
    const expected = cluster.whereIs(uuid)[0] ?? 'n1';
    expect([name, onDisks]).toEqual([name, [expected]]);
  }
  expect(cluster.whereIs([...cluster.vms.values()].find(({ name }) => name === 'off')?.uuid ?? '')).toEqual(
    [],
  );
  expect(cluster.documents.size).toBe(0);
  for (const { times, vms } of cluster.records.values()) {
    expect(times.ended).toBeDefined();
    const attempts = vms.flatMap(({ name, attempts }) => attempts.map((attempt) => ({ name, ...attempt })));
    expect(attempts.filter(({ outcome }) => outcome === undefined)).toEqual([]);
  }
}

describe('a takeover whose owner dies', { timeout: 120_000 }, () => {
  it.each(['process', 'host', 'other'] as const)(
    'at any journaled step (%s) loses no VM and starts none twice',
    async (what) => {
      const undisturbed = scene();
      undisturbed.kill('n1');
      const lines = await runWithCrashes(undisturbed, []);
      expectAllWell(undisturbed, ['a', 'b', 'c', 'd']);
      expect(lines).toBeGreaterThan(15);
      for (let line = 1; line <= lines; line++) {
        for (const when of ['before', 'after'] as const) {
          const cluster = scene();
          cluster.kill('n1');
          await runWithCrashes(cluster, [{ line, when, what }]);
          expectAllWell(cluster, ['a', 'b', 'c', 'd']);
        }
      }
    },
  );

  it('starts again what an owner before handed over to a host that dies while it is carried on', async () => {
    expect.hasAssertions();
    const cluster = new FakeCluster('n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7');
    const names = ['n1', 'n2', 'n1', 'n2', 'n4'].map((home, index) => {
      cluster.vm(`vm${index}`, home, { memory: GB });
      return `vm${index}`;
    });
    cluster.vm('off', 'n1', { off: true });
    for (const host of cluster.hosts.values()) host.startMs = 100;
    cluster.kill('n1');
    await runWithCrashes(cluster, [
      { line: 6, when: 'before', what: 'host' },
      { line: 23, when: 'before', what: 'host' },
      { line: 24, when: 'before', what: 'other' },
    ]);
    expectAllWell(cluster, names);
  });

  it('again and again, with VMs of its own, loses no VM and starts none twice', async () => {
    const crash = fc.record({
      line: fc.integer({ min: 1, max: 60 }),
      when: fc.constantFrom('before' as const, 'after' as const),
      what: fc.constantFrom('process' as const, 'host' as const, 'other' as const),
    });
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(
        fc.array(crash, { maxLength: 4 }),
        fc.array(fc.constantFrom('n1', 'n2', 'n4', 'n7'), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 100, max: 5000 }),
        async (crashes: Crash[], homes, startMs) => {
          const cluster = new FakeCluster('n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7');
          const names = homes.map((home, index) => {
            const name = `vm${index}`;
            cluster.vm(name, home, { memory: GB });
            return name;
          });
          cluster.vm('off', 'n1', { off: true });
          for (const host of cluster.hosts.values()) host.startMs = startMs;
          cluster.kill('n1');
          await runWithCrashes(cluster, crashes);
          expectAllWell(cluster, names);
        },
      ),
      { numRuns: 100 },
    );
  });
});
