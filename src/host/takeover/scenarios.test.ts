import { describe, expect, it } from 'vitest';
import { ownTakeovers } from './owner.ts';
import { FakeCluster, GB } from './testing/fakeCluster.ts';

const never = new AbortController().signal;
const run = (cluster: FakeCluster, self = 'n2', signal = never): Promise<void> =>
  cluster.clock.until(ownTakeovers(cluster.world(self), signal));
const record = (cluster: FakeCluster) => {
  const found = [...cluster.records.values()].at(-1);
  if (found === undefined) throw new Error('no record was written');
  return found;
};
const vmOf = (cluster: FakeCluster, name: string) => {
  const found = record(cluster).vms.find((vm) => vm.name === name);
  if (found === undefined) throw new Error(`${name} is not in the record`);
  return found;
};
const ids = (cluster: FakeCluster): string[] => record(cluster).findings.map(({ id }) => id);
const killed = (cluster: FakeCluster): FakeCluster => {
  cluster.kill('n1');
  return cluster;
};
const three = (): FakeCluster => new FakeCluster('n1', 'n2', 'n3');

describe('a start that goes wrong', () => {
  it('is tried on another host when it fails', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    cluster.host('n2').starts.set(a, 'fails');
    await run(killed(cluster));
    expect(cluster.whereIs(a)).toEqual(['n3']);
    const attempts = vmOf(cluster, 'a').attempts.map(({ host, outcome }) => `${host} ${outcome}`);
    expect(attempts.at(-1)).toBe('n3 running');
    expect(cluster.violations).toEqual([]);
  });

  it('stays down with a reason of every host when it fails everywhere', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    for (const host of ['n2', 'n3']) cluster.host(host).starts.set(a, 'fails');
    await run(killed(cluster));
    const { outcome, attempts, reasons } = vmOf(cluster, 'a');
    expect([outcome, attempts.length]).toEqual(['stays-down', 2]);
    expect(reasons.join('\n')).toContain('n2: its start there failed (No bridge)');
    expect(reasons.join('\n')).toContain('n3: its start there failed (No bridge)');
  });

  it('holds back nobody of its tier, and later tiers only until its time is over', async () => {
    const cluster = three();
    const [hung, quick, later] = ['hung', 'quick', 'later'].map((name) => cluster.vm(name, 'n1'));
    for (const host of ['n2', 'n3']) cluster.host(host).starts.set(hung ?? '', 'hangs');
    cluster.policy = {
      ...cluster.policy,
      tiers: [
        { name: 'First', vms: [hung ?? '', quick ?? ''], readiness: { kind: 'started' } },
        { name: 'Second', vms: [later ?? ''], readiness: { kind: 'started' } },
      ],
      takeover: { ...cluster.policy.takeover, startTimeoutS: 60 },
    };
    await run(killed(cluster));
    const begun = record(cluster).times.begun;
    expect((vmOf(cluster, 'quick').runningAt ?? 0) - begun).toBeLessThan(3000);
    const waited = (vmOf(cluster, 'later').runningAt ?? 0) - begun;
    expect(waited).toBeGreaterThan(59_000);
    expect(waited).toBeLessThan(65_000);
    expect(vmOf(cluster, 'hung')).toMatchObject({ outcome: 'stays-down' });
  });

  it('is not tried elsewhere when nobody is certain that it is stopped', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    for (const host of ['n2', 'n3']) cluster.host(host).starts.set(a, 'hangs-for-good');
    await run(killed(cluster));
    expect(vmOf(cluster, 'a').attempts).toHaveLength(1);
    expect(vmOf(cluster, 'a').outcome).toBe('stays-down');
    expect(vmOf(cluster, 'a').reasons.join(' ')).toContain('may yet succeed, so it is not tried elsewhere');
    expect(cluster.disk('n1').defs.has(a)).toBe(true);
  });

  it.each([
    [4000, 6000],
    [1_000_000, 20_000],
  ])('waits for guest agents (ready after %i ms), within bounds', async (agentAfterMs, atMost) => {
    const cluster = three();
    const [a, b] = [cluster.vm('a', 'n1'), cluster.vm('b', 'n1')];
    cluster.agentAfterMs = agentAfterMs;
    cluster.policy = {
      ...cluster.policy,
      tiers: [
        { name: 'First', vms: [a], readiness: { kind: 'guest-agent', timeoutS: 18 } },
        { name: 'Second', vms: [b], readiness: { kind: 'started' } },
      ],
    };
    await run(killed(cluster));
    const [first = 0, second = 0] = ['a', 'b'].map((name) => vmOf(cluster, name).runningAt ?? 0);
    expect(second - first).toBeGreaterThanOrEqual(Math.min(agentAfterMs, 18_000));
    expect(second - first).toBeLessThanOrEqual(atMost + 1000);
  });

  it('respects how many a host starts at once', async () => {
    const cluster = new FakeCluster('n1', 'n2');
    for (const name of ['a', 'b', 'c', 'd', 'e']) cluster.vm(name, 'n1');
    await run(killed(cluster));
    const times = record(cluster).vms.map(({ attempts }) => attempts[0]?.startedAt ?? 0);
    const first = Math.min(...times);
    expect(times.filter((time) => time - first < 1000)).toHaveLength(2);
  });
});

describe('what is not started', () => {
  it('is a VM that runs elsewhere; it is handed over', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    cluster.host('n3').running.set(a, false);
    await run(killed(cluster));
    expect(cluster.started.get(a)).toBeUndefined();
    expect(vmOf(cluster, 'a')).toMatchObject({ outcome: 'running-elsewhere', host: 'n3', handedOver: true });
    expect([cluster.disk('n1').defs.has(a), cluster.disk('n3').defs.has(a)]).toEqual([false, true]);
  });

  it.each(['tampered', 'unreadable'] as const)(
    'is a VM whose definition is %s; others go on',
    async (state) => {
      const cluster = three();
      const [a, b] = [cluster.vm('a', 'n1'), cluster.vm('b', 'n1')];
      cluster.disk('n1').defs.set(a, { state, uuid: a, cause: 'Somebody was there.' });
      await run(killed(cluster));
      expect([cluster.whereIs(a), cluster.whereIs(b).length]).toEqual([[], 1]);
      expect(vmOf(cluster, 'a')).toMatchObject({ outcome: 'refused' });
      expect(vmOf(cluster, 'a').reasons.join(' ')).toContain('Somebody was there.');
      expect(ids(cluster)).toEqual([`definition-${state}`]);
    },
  );

  it('is a VM whose start a host refuses', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    for (const host of ['n2', 'n3']) cluster.host(host).starts.set(a, 'refuses');
    await run(killed(cluster));
    expect(vmOf(cluster, 'a').outcome).toBe('refused');
    expect(ids(cluster)).toEqual(['definition-refused']);
  });

  it('is a VM for which there is no room, of the lowest priority', async () => {
    const cluster = new FakeCluster('n1', 'n2');
    const [a, b] = [cluster.vm('a', 'n1', { memory: 10 * GB }), cluster.vm('b', 'n1', { memory: 10 * GB })];
    cluster.host('n2').memory = 15 * GB;
    const [tier] = cluster.policy.tiers;
    if (tier === undefined) throw new Error('no tier');
    cluster.policy = { ...cluster.policy, tiers: [{ ...tier, vms: [b, a] }] };
    await run(killed(cluster));
    expect([cluster.whereIs(a), cluster.whereIs(b)]).toEqual([[], ['n2']]);
    expect(vmOf(cluster, 'a').reasons.join('\n')).toContain('n2: 5 GiB of memory would be missing');
    expect(cluster.disk('n1').defs.has(a)).toBe(true);
  });

  it('is nothing at all without a run record: rather one VM too many than one lost', async () => {
    const cluster = three();
    const off = cluster.vm('off', 'n1', { off: true });
    cluster.disk('n1').record = { state: 'tampered', cause: 'Not ours.' };
    await run(killed(cluster));
    expect(cluster.whereIs(off)).toHaveLength(1);
    expect(ids(cluster)).toEqual(['run-record-unusable']);
  });
});

describe('a home host', () => {
  it('that was not fenced is waited for, loudly, and taken over once it is confirmed', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    cluster.kill('n1', 'unfenced');
    const work = ownTakeovers(cluster.world('n2'), never);
    await cluster.clock.until(cluster.clock.sleep(120_000));
    expect(cluster.whereIs(a)).toEqual([]);
    expect(cluster.shown).toMatchObject([
      { id: 'takeover-waits-for-fencing', severity: 'error', host: 'n1' },
    ]);
    cluster.losses.set('n1', { state: 'fenced', how: 'confirmed by hand' });
    await cluster.clock.until(work);
    expect(cluster.whereIs(a)).toHaveLength(1);
    expect(record(cluster).fencing).toEqual({ n1: 'confirmed by hand' });
    expect(cluster.shown).toEqual([]);
  });

  it('that is alive is left alone for as long as it is, and taken over when it dies', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    cluster.disk('n1').mountedOn = 'n2';
    const work = ownTakeovers(cluster.world('n2'), never);
    await cluster.clock.until(cluster.clock.sleep(120_000));
    expect(cluster.whereIs(a)).toEqual(['n1']);
    expect(cluster.shown).toMatchObject([{ id: 'takeover-home-alive' }]);
    cluster.kill('n1');
    await cluster.clock.until(work);
    expect(cluster.whereIs(a)).toHaveLength(1);
    expect(cluster.violations).toEqual([]);
  });

  it('whose engine was stopped may still run its VMs', async () => {
    const cluster = three();
    cluster.vm('a', 'n1');
    cluster.kill('n1', 'left');
    const stop = new AbortController();
    const work = ownTakeovers(cluster.world('n2'), stop.signal);
    await cluster.clock.until(cluster.clock.sleep(60_000));
    expect(cluster.shown).toMatchObject([{ id: 'takeover-waits-for-word', severity: 'error' }]);
    stop.abort();
    await cluster.clock.until(work);
    expect(cluster.records.size).toBe(0);
  });

  it.each([
    ['restart-elsewhere', 1],
    ['leave', 0],
  ] as const)('that was shut down in good order: %s', async (hostShutdown, running) => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    const { record: found } = cluster.disk('n1');
    if (found.state !== 'good') throw new Error('no record');
    found.value.shutdown = { begunAt: 1, stoppedAt: 2 };
    cluster.policy = { ...cluster.policy, takeover: { ...cluster.policy.takeover, hostShutdown } };
    cluster.kill('n1', 'left');
    const stop = new AbortController();
    const work = ownTakeovers(cluster.world('n2'), stop.signal);
    await cluster.clock.until(cluster.clock.sleep(60_000));
    stop.abort();
    await cluster.clock.until(work);
    expect(cluster.whereIs(a)).toHaveLength(running);
  });

  it('that comes back in the middle gets its disk: no more is begun, what is under way is journaled', async () => {
    const cluster = new FakeCluster('n1', 'n2');
    const vms = ['a', 'b', 'c', 'd'].map((name) => cluster.vm(name, 'n1'));
    cluster.host('n2').startMs = 4000;
    cluster.kill('n1');
    const stop = new AbortController();
    const work = ownTakeovers(cluster.world('n2'), stop.signal);
    await cluster.clock.until(cluster.clock.sleep(2000));
    stop.abort();
    await cluster.clock.until(work);
    expect(vms.map((uuid) => cluster.whereIs(uuid).length)).toEqual([1, 1, 0, 0]);
    const events = cluster.disk('n1').lines.map(({ event }) => event.what);
    expect(events.filter((what) => what === 'started')).toHaveLength(2);
    expect(events).not.toContain('ended');
    expect(cluster.documents.size).toBe(0);
    expect(record(cluster).times.ended).toBeUndefined();
  });
});

describe('several failures', () => {
  it('at once are one takeover', async () => {
    const cluster = new FakeCluster('n1', 'n2', 'n3', 'n4');
    const vms = [cluster.vm('a', 'n1'), cluster.vm('b', 'n2')];
    cluster.kill('n1');
    cluster.kill('n2');
    await run(cluster, 'n3');
    expect(vms.map((uuid) => cluster.whereIs(uuid).length)).toEqual([1, 1]);
    expect(cluster.records.size).toBe(1);
    expect(record(cluster).failed).toEqual(['n1', 'n2']);
  });

  it('one after the other: the second joins, with what was handed to it', async () => {
    const cluster = new FakeCluster('n1', 'n2', 'n3');
    const vms = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => cluster.vm(name, 'n1'));
    const own = cluster.vm('own', 'n3');
    for (const host of cluster.hosts.values()) host.startMs = 3000;
    cluster.kill('n1');
    const work = ownTakeovers(cluster.world('n2'), never);
    await cluster.clock.until(cluster.clock.sleep(5000));
    expect(vms.some((uuid) => cluster.whereIs(uuid).includes('n3'))).toBe(true);
    cluster.kill('n3');
    await cluster.clock.until(work);
    for (const uuid of [...vms, own]) expect(cluster.whereIs(uuid)).toEqual(['n2']);
    expect(cluster.violations).toEqual([]);
    expect([...cluster.disk('n1').defs.keys(), ...cluster.disk('n3').defs.keys()]).toEqual([]);
  });

  it('with two owners: the second waits for the first', async () => {
    const cluster = new FakeCluster('n1', 'n2', 'n3', 'n4');
    const vms = [cluster.vm('a', 'n1'), cluster.vm('b', 'n4')];
    cluster.kill('n1');
    cluster.kill('n4');
    cluster.disk('n4').mountedOn = 'n3';
    for (const host of cluster.hosts.values()) host.startMs = 5000;
    await cluster.clock.until(
      Promise.all(['n2', 'n3'].map((self) => ownTakeovers(cluster.world(self), never))),
    );
    expect(vms.map((uuid) => cluster.whereIs(uuid).length)).toEqual([1, 1]);
    const spans = [...cluster.records.values()].map(({ vms: [vm] }) => [
      vm?.attempts[0]?.startedAt ?? 0,
      vm?.runningAt ?? 0,
    ]);
    const [first = [0, 0], second = [0, 0]] = spans.sort(([a = 0], [b = 0]) => a - b);
    expect(second[0]).toBeGreaterThanOrEqual(first[1] ?? 0);
    expect(cluster.documents.size).toBe(0);
  });
});

describe('a peer', () => {
  it('that is silent takes no VM, and is told of', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    cluster.host('n3').silent = true;
    await run(killed(cluster));
    expect(cluster.whereIs(a)).toEqual(['n2']);
    expect(record(cluster).findings).toMatchObject([{ id: 'takeover-peer-silent', host: 'n3' }]);
    expect(vmOf(cluster, 'a').reasons.join(' ')).toContain('n3: it does not answer');
  });

  it('that answers late still gets VMs for which no other had room', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1', { memory: 20 * GB });
    cluster.host('n2').memory = 8 * GB;
    cluster.host('n3').silent = true;
    cluster.kill('n1');
    const work = ownTakeovers(cluster.world('n2'), never);
    await cluster.clock.until(cluster.clock.sleep(20_000));
    expect(cluster.whereIs(a)).toEqual([]);
    cluster.host('n3').silent = false;
    await cluster.clock.until(work);
    expect(cluster.whereIs(a)).toEqual(['n3']);
    expect(vmOf(cluster, 'a')).toMatchObject({ outcome: 'running', host: 'n3', handedOver: true });
  });

  it('that falls silent while it starts a VM is not robbed of it', async () => {
    const cluster = new FakeCluster('n1', 'n2', 'n3');
    const a = cluster.vm('a', 'n1');
    cluster.host('n2').starts.set(a, 'fails');
    cluster.kill('n1');
    cluster.host('n3').startMs = 3000;
    const work = ownTakeovers(cluster.world('n2'), never);
    for (;;) {
      await cluster.clock.until(cluster.clock.sleep(100));
      if (cluster.host('n3').running.has(a)) break;
    }
    cluster.host('n3').silent = true;
    await cluster.clock.until(work);
    expect(cluster.violations).toEqual([]);
    expect(cluster.whereIs(a)).toEqual(['n3']);
    expect(vmOf(cluster, 'a')).toMatchObject({ outcome: 'stays-down' });
    expect(vmOf(cluster, 'a').reasons.join(' ')).toContain('So it is not started anywhere else.');
  });
});

describe('a quorum disk', () => {
  it('that is full does not keep VMs down; what could not be written is told', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    cluster.disk('n1').broken = 'writing';
    cluster.kill('n1');
    const stop = new AbortController();
    const work = ownTakeovers(cluster.world('n2'), stop.signal);
    await cluster.clock.until(cluster.clock.sleep(60_000));
    expect(cluster.whereIs(a)).toHaveLength(1);
    expect(cluster.disk('n1').defs.has(a)).toBe(true);
    expect(ids(cluster)).toEqual(
      expect.arrayContaining(['journal-not-written', 'definition-not-handed-over']),
    );
    cluster.disk('n1').broken = 'nothing';
    await cluster.clock.until(work);
    expect(cluster.disk('n1').defs.has(a)).toBe(false);
    expect(vmOf(cluster, 'a').handedOver).toBe(true);
  });

  it('that dies in the middle: what is known already is still started', async () => {
    const cluster = new FakeCluster('n1', 'n2');
    const vms = ['a', 'b', 'c', 'd', 'e'].map((name) => cluster.vm(name, 'n1'));
    cluster.kill('n1');
    const stop = new AbortController();
    const work = ownTakeovers(cluster.world('n2'), stop.signal);
    await cluster.clock.until(cluster.clock.sleep(1500));
    cluster.disk('n1').broken = 'everything';
    await cluster.clock.until(cluster.clock.sleep(60_000));
    expect(vms.map((uuid) => cluster.whereIs(uuid))).toEqual(vms.map(() => ['n2']));
    expect(cluster.shown.map(({ id }) => id)).toContain('definition-not-handed-over');
    stop.abort();
    await cluster.clock.until(work);
  });

  it('that cannot be read is told of, and tried again', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    cluster.disk('n1').broken = 'everything';
    cluster.kill('n1');
    const work = ownTakeovers(cluster.world('n2'), never);
    await cluster.clock.until(cluster.clock.sleep(10_000));
    expect(cluster.shown.map(({ id }) => id)).toEqual(['takeover-disk-unreadable']);
    cluster.disk('n1').broken = 'nothing';
    await cluster.clock.until(work);
    expect(cluster.whereIs(a)).toHaveLength(1);
  });

  it('of the new host that is not there: the definition stays where it is until it is', async () => {
    const cluster = new FakeCluster('n1', 'n2', 'n3');
    const a = cluster.vm('a', 'n1');
    cluster.disk('n2').mountedOn = 'nowhere';
    cluster.disk('n3').mountedOn = 'nowhere';
    cluster.kill('n1');
    const work = ownTakeovers(cluster.world('n2'), never);
    await cluster.clock.until(cluster.clock.sleep(60_000));
    expect(record(cluster).times.ended).toBeDefined();
    expect(vmOf(cluster, 'a')).toMatchObject({ outcome: 'running', handedOver: false });
    expect(cluster.disk('n1').defs.has(a)).toBe(true);
    for (const home of ['n2', 'n3']) cluster.disk(home).mountedOn = home;
    await cluster.clock.until(work);
    expect(cluster.disk('n1').defs.has(a)).toBe(false);
    expect(vmOf(cluster, 'a').handedOver).toBe(true);
  });
});

describe('a site that comes up without one of its hosts', () => {
  it('starts the VMs of that host when the others have started theirs', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    cluster.kill('n1');
    cluster.host('n3').rejoining = true;
    const work = ownTakeovers(cluster.world('n2'), never);
    await cluster.clock.until(cluster.clock.sleep(20_000));
    expect(cluster.whereIs(a)).toEqual([]);
    expect(cluster.shown).toMatchObject([{ id: 'takeover-waits-for-rejoin', host: 'n3' }]);
    cluster.host('n3').rejoining = false;
    await cluster.clock.until(work);
    expect(cluster.whereIs(a)).toHaveLength(1);
  });

  it('does not wait for ever', async () => {
    const cluster = three();
    const a = cluster.vm('a', 'n1');
    cluster.kill('n1');
    cluster.host('n3').rejoining = true;
    await run(cluster);
    expect(cluster.whereIs(a)).toHaveLength(1);
  });
});
