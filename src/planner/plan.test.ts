import { describe, expect, it } from 'vitest';
import { pacemakerExample } from '../../test/bench/planner/pacemakerExample.ts';
import { planSchema } from '../contract/plan.ts';
import { overCpuText, refusalText } from '../contract/planText.ts';
import { initialPolicy } from '../contract/policy.ts';
import type { PlanHost, PlanVm } from './input.ts';
import { plan } from './plan.ts';
import { GB, host, hostsOf, policy, type Rules, vm } from './testing/cluster.ts';

/** The plan for a failure of n1, the VMs in restart order. */
function planOf(hosts: PlanHost[], vms: PlanVm[], rules: Rules = {}, searchLimit?: number) {
  const input = {
    hosts,
    vms,
    policy: policy(
      vms.map(({ name }) => name),
      rules,
    ),
    failed: ['n1'],
  };
  return plan(searchLimit === undefined ? input : { ...input, searchLimit });
}

const entry = (result: ReturnType<typeof plan>, name: string) => {
  const found = result.vms.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not in the plan`);
  return found;
};

const refusals = (result: ReturnType<typeof plan>, name: string): string[] =>
  entry(result, name).refused.map(refusalText);

describe('restart priority', () => {
  it('starts the VM of higher priority, however many lower ones that costs', () => {
    const result = planOf([host('n2', 10)], [vm('large', 8), vm('a', 2), vm('b', 2), vm('c', 2)]);
    expect(hostsOf(result)).toEqual({ large: 'n2', a: null, b: null, c: null });
  });

  it('starts a lower VM where a higher one cannot run anyway', () => {
    const result = planOf([host('n2', 10)], [vm('first', 6), vm('too-large', 4), vm('small', 2)]);
    expect(hostsOf(result)).toEqual({ first: 'n2', 'too-large': null, small: 'n2' });
  });

  it('moves planned VMs about to make room for one more', () => {
    // a and b fit on either host, but only both on n3 leave room for c on n2.
    const result = planOf([host('n2', 8), host('n3', 8)], [vm('a', 3), vm('b', 3), vm('c', 6)]);
    expect(hostsOf(result)).toEqual({ a: expect.any(String), b: expect.any(String), c: expect.any(String) });
    expect(result.search.exact).toBe(true);
  });

  it('finds the only packing where every simple order of filling fails', () => {
    // Rooms of 100 and 100; only 60+40 and 38+35+27 fill them.
    const sizes = [27, 35, 38, 40, 60];
    const hosts = [host('n2', 102), host('n3', 102)].map((one) => ({ ...one, memoryTotal: 128 * GB }));
    const result = planOf(
      hosts,
      sizes.map((size) => vm(`vm${size}`, size)),
    );
    expect(Object.values(hostsOf(result))).not.toContain(null);
  });

  it('numbers the starts through all tiers and gives each VM its tier', () => {
    const vms = [vm('a', 1), vm('b', 1), vm('unlisted', 1), vm('c', 1)];
    const tier = (name: string, ...names: string[]) => ({
      name,
      vms: names.map((one) => `uuid-${one}`),
      readiness: { kind: 'started' } as const,
    });
    const result = plan({
      hosts: [host('n2', 32)],
      vms,
      policy: { ...initialPolicy, tiers: [tier('First', 'c'), tier('Second', 'b', 'a')] },
      failed: ['n1'],
    });
    const order = result.vms.map((one) => [one.name, one.tier, one.outcome === 'start' && one.position]);
    expect(order).toEqual([
      ['c', 0, 1],
      ['b', 1, 2],
      ['a', 1, 3],
      ['unlisted', 1, 4],
    ]);
  });
});

describe('documented examples', () => {
  it('starts all three resources of the utilization chapter of Pacemaker Explained', () => {
    expect(hostsOf(plan(pacemakerExample))).toEqual({
      'rsc-small': 'node2',
      'rsc-medium': 'node1',
      'rsc-large': 'node2',
    });
  });
});

describe('a VM that only a CPU threshold speaks against', () => {
  const overloaded = [host('n2', 40, { cpuPercent: 102 }), host('n3', 40, { cpuPercent: 97 })];

  it('starts all the same, beyond the threshold by as little as can be, and the plan says so', () => {
    const result = planOf(overloaded, [vm('a', 8), vm('b', 8)]);
    expect(hostsOf(result)).toEqual({ a: 'n3', b: 'n3' });
    const a = entry(result, 'a');
    expect(a.outcome === 'start' && overCpuText(a)).toBe(
      'over the CPU threshold: n3 would use about 99 %, the threshold is 90 %',
    );
    expect(refusals(result, 'a')).toEqual(['n2: CPU use would be about 100 %, the threshold is 90 %']);
    expect(result.search).toMatchObject({ exact: true, balance: 'proved' });
  });

  it('stays down if the admin wants it so', () => {
    const result = planOf(overloaded, [vm('a', 8)], { overCpu: 'leave-down' });
    expect(hostsOf(result)).toEqual({ a: null });
  });

  it('starts before VMs below it', () => {
    // Memory for one of the two on n3; the thresholds alone would let only the second one in.
    const hosts = [host('n2', 2), host('n3', 10, { cpuPercent: 85 })];
    const vms = [vm('first', 8, { cpuPercent: 160 }), vm('second', 8, { cpuPercent: 16 })];
    expect(hostsOf(planOf(hosts, vms))).toEqual({ first: 'n3', second: null });
    expect(hostsOf(planOf(hosts, vms, { overCpu: 'leave-down' }))).toEqual({ first: null, second: 'n3' });
  });

  it('leaves the others within the thresholds, also those that would rather be elsewhere', () => {
    const hosts = [host('n2', 40, { cpuPercent: 88 }), host('n3', 40, { cpuPercent: 20 })];
    const vms = [vm('bound', 4, { cpuPercent: 80 }), vm('free', 4, { cpuPercent: 80 })];
    const rules: Rules = { vms: { bound: { allowedHosts: ['n2'] }, free: { preferredHost: 'n2' } } };
    const result = planOf(hosts, vms, rules);
    expect(hostsOf(result)).toEqual({ bound: 'n2', free: 'n3' });
    expect(result.vms.filter((one) => one.outcome === 'start' && one.overCpu !== undefined)).toHaveLength(1);
  });

  it('keeps the thresholds as long as all can', () => {
    const hosts = [host('n2', 40, { cpuPercent: 85 }), host('n3', 12, { cpuPercent: 10 })];
    // By memory alone b would go to n2 as well, which is emptier.
    const result = planOf(hosts, [vm('a', 8, { cpuPercent: 80 }), vm('b', 8, { cpuPercent: 160 })]);
    expect(hostsOf(result)).toEqual({ a: 'n2', b: 'n3' });
    for (const one of result.vms) expect(one).not.toHaveProperty('overCpu');
  });
});

describe('thresholds', () => {
  it('keeps free memory and CPU use within them, to the byte and the point', () => {
    const exact = planOf([host('n2', 10)], [vm('fits', 8)]);
    expect(hostsOf(exact)).toEqual({ fits: 'n2' });
    const over = planOf([host('n2', 10)], [vm('over', 8, { memory: 8 * GB + 1 })]);
    expect(hostsOf(over)).toEqual({ over: null });
    // 16 cores at 10 %: 1280 points are left up to 90 %.
    expect(hostsOf(planOf([host('n2', 60)], [vm('busy', 1, { cpuPercent: 1280 })]))).toEqual({ busy: 'n2' });
    const strict = { overCpu: 'leave-down' } as const;
    const busy = [vm('busy', 1, { cpuPercent: 1281 })];
    expect(hostsOf(planOf([host('n2', 60)], busy, strict))).toEqual({ busy: null });
  });

  it("lets a host's own threshold override the cluster's", () => {
    const vms = [vm('a', 8)];
    const own = { ...policy(['a']) };
    own.thresholds = { ...own.thresholds, hosts: { n2: { minFreeMemory: 3 * GB } } };
    const result = plan({ hosts: [host('n2', 10), host('n3', 10)], vms, policy: own, failed: ['n1'] });
    expect(hostsOf(result)).toEqual({ a: 'n3' });
    expect(refusals(result, 'a')).toEqual(['n2: 2 GiB free would remain, the threshold is 3 GiB']);
  });

  it('takes a VM nobody measured to use a quarter of its vCPUs', () => {
    const { cpuPercent: _, ...unmeasured } = vm('new', 1, { vcpus: 16 });
    const [forecast] = planOf([host('n2', 32)], [unmeasured]).hosts;
    expect(forecast?.cpuPercentAfter).toBeCloseTo(10 + 25);
  });

  it('counts what was just started and is not in the figures yet', () => {
    const starting = vm('starting', 6, { host: 'n2', starting: true });
    const result = planOf([host('n2', 10)], [vm('a', 4), starting]);
    expect(refusals(result, 'a')).toEqual(['n2: 0 GiB free would remain, the threshold is 2 GiB']);
  });
});

describe('reasons', () => {
  it('judges a VM that stays down with only the VMs above it in place', () => {
    const result = planOf([host('n2', 10), host('n3', 6)], [vm('a', 6), vm('b', 5), vm('c', 2), vm('d', 4)]);
    expect(hostsOf(result)).toEqual({ a: 'n2', b: null, c: expect.any(String), d: expect.any(String) });
    expect(refusals(result, 'b')).toEqual([
      'n2: 1 GiB of memory would be missing, the threshold is 2 GiB free',
      'n3: 1 GiB free would remain, the threshold is 2 GiB',
    ]);
  });

  it('names every reason of a host', () => {
    const hosts = [host('n2', 3, { cpuPercent: 89 })];
    const rules: Rules = { vms: { a: { allowedHosts: ['n3'] } }, overCpu: 'leave-down' };
    const result = planOf(hosts, [vm('a', 4, { cpuPercent: 100 })], rules);
    expect(refusals(result, 'a')).toEqual([
      'n2: it is not one of the allowed hosts; ' +
        '1 GiB of memory would be missing, the threshold is 2 GiB free; ' +
        'CPU use would be about 96 %, the threshold is 90 %',
    ]);
  });

  it('names nothing but that a host takes no VM at all, since its figures may be old', () => {
    const hosts = [host('n2', 3, { cpuPercent: 89, unavailable: 'it is in maintenance' })];
    expect(refusals(planOf(hosts, [vm('a', 4)]), 'a')).toEqual(['n2: it is in maintenance']);
  });

  it('says why a started VM is not on the other hosts', () => {
    const result = planOf([host('n2', 40), host('n3', 30), host('n4', 4)], [vm('a', 8)]);
    expect(hostsOf(result)).toEqual({ a: 'n2' });
    expect(refusals(result, 'a')).toEqual([
      'n3: possible, it would be at 65.7 %; the load is more even as planned',
      'n4: 4 GiB of memory would be missing, the threshold is 2 GiB free',
    ]);
  });

  it('tells VMs that are left down by rule or unprotected from those without a host', () => {
    const vms = [
      vm('left', 1),
      vm('local', 1, { unprotected: 'disk vda is not on shared storage' }),
      vm('huge', 99),
    ];
    const result = planOf([host('n2', 10)], vms, { vms: { left: { restart: 'leave-down' } } });
    expect(result.vms.map((one) => one.outcome === 'stays-down' && one.cause)).toEqual([
      'rule',
      'unprotected',
      'no-host',
    ]);
  });

  it('plans a VM again without the host where its start failed', () => {
    const excludedHosts = [{ host: 'n2', reason: 'its start failed there: no such bridge br7' }];
    const result = planOf([host('n2', 40), host('n3', 10)], [vm('a', 4, { excludedHosts })]);
    expect(hostsOf(result)).toEqual({ a: 'n3' });
    expect(refusals(result, 'a')).toEqual(['n2: its start failed there: no such bridge br7']);
  });
});

describe('the answer', () => {
  const hosts = [host('n2', 20), host('n3', 20), host('n4', 20)];
  const vms = ['a', 'b', 'c', 'd', 'e'].map((name, index) => vm(name, 2 + index));

  it('does not depend on the order in which hosts and VMs are given', () => {
    const order = policy(vms.map(({ name }) => name));
    const one = plan({ hosts, vms, policy: order, failed: ['n1'] });
    const other = plan({ hosts: hosts.toReversed(), vms: vms.toReversed(), policy: order, failed: ['n1'] });
    expect(other).toEqual(one);
  });

  it('is what the contract says', () => {
    const result = planOf(hosts, [...vms, vm('huge', 99)]);
    expect(planSchema.parse(result)).toEqual(result);
  });

  it('forecasts the hosts before and after', () => {
    const [forecast] = planOf([host('n2', 20)], [vm('a', 8, { cpuPercent: 160 })]).hosts;
    expect(forecast).toEqual({
      host: 'n2',
      memoryFree: 20 * GB,
      memoryFreeAfter: 12 * GB,
      cpuPercent: 10,
      cpuPercentAfter: 20,
    });
  });

  it('refuses hosts or VMs given twice', () => {
    expect(() => planOf([host('n2', 20), host('n2', 10)], vms)).toThrow('the host n2 is given twice');
    expect(() => planOf(hosts, [...vms, ...vms])).toThrow('the VM uuid-a is given twice');
  });

  it('plans nothing when nothing failed, and VMs that run nowhere', () => {
    const running = vm('running', 2, { host: 'n2' });
    const stray = vm('stray', 2, { host: null });
    const result = plan({ hosts, vms: [running, stray], policy: policy([]), failed: [] });
    expect(result.vms.map((one) => [one.name, one.home])).toEqual([['stray', null]]);
  });

  it('copes with no host left', () => {
    const result = planOf([host('n1', 50)], [vm('a', 2)]);
    expect(hostsOf(result)).toEqual({ a: null });
    expect(result.hosts).toEqual([]);
  });
});
