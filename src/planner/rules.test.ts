import { describe, expect, it } from 'vitest';
import { refusalText } from '../contract/planText.ts';
import type { PlanHost, PlanVm } from './input.ts';
import { plan } from './plan.ts';
import { group, host, hostsOf, policy, type Rules, vm } from './testing/cluster.ts';

function planOf(hosts: PlanHost[], vms: PlanVm[], rules: Rules) {
  return plan({
    hosts,
    vms,
    policy: policy(
      vms.map(({ name }) => name),
      rules,
    ),
    failed: ['n1'],
  });
}

const even = [host('n2', 30), host('n3', 30)];

const reasonsFor = (result: ReturnType<typeof plan>, name: string): string[] | undefined =>
  result.vms.find((one) => one.name === name)?.refused.map(refusalText);

describe('allowed hosts', () => {
  it('starts a VM on no other host', () => {
    const result = planOf([host('n2', 40), host('n3', 10)], [vm('a', 4)], {
      vms: { a: { allowedHosts: ['n3'] } },
    });
    expect(hostsOf(result)).toEqual({ a: 'n3' });
    expect(reasonsFor(result, 'a')).toEqual(['n2: it is not one of the allowed hosts']);
  });

  it('leaves a VM down whose allowed hosts are all gone', () => {
    const result = planOf(even, [vm('a', 4)], { vms: { a: { allowedHosts: ['n1'] } } });
    expect(hostsOf(result)).toEqual({ a: null });
  });
});

describe('preferred host', () => {
  it('is taken though another one is emptier', () => {
    const result = planOf([host('n2', 40), host('n3', 10)], [vm('a', 4)], {
      vms: { a: { preferredHost: 'n3' } },
    });
    expect(hostsOf(result)).toEqual({ a: 'n3' });
    expect(reasonsFor(result, 'a')).toEqual(['n2: possible, but n3 is its preferred host']);
  });

  it('yields when a VM, even of lower priority, would stay down for it', () => {
    const rules = { vms: { a: { preferredHost: 'n2' }, b: { allowedHosts: ['n2'] } } };
    const result = planOf([host('n2', 10), host('n3', 10)], [vm('a', 6), vm('b', 6)], rules);
    expect(hostsOf(result)).toEqual({ a: 'n3', b: 'n2' });
  });

  it('goes to the VM of higher priority when two prefer the same room', () => {
    const rules = { vms: { a: { preferredHost: 'n2' }, b: { preferredHost: 'n2' } } };
    const result = planOf([host('n2', 8), host('n3', 30)], [vm('a', 4), vm('b', 4)], rules);
    expect(hostsOf(result)).toEqual({ a: 'n2', b: 'n3' });
  });

  it('is ignored where it is not allowed, gone or too full', () => {
    const preferring = (preferredHost: string): Rules => ({
      vms: { a: { preferredHost, allowedHosts: ['n3'] } },
    });
    for (const preferred of ['n1', 'n2', 'n9']) {
      expect(hostsOf(planOf(even, [vm('a', 4)], preferring(preferred)))).toEqual({ a: 'n3' });
    }
    const full = planOf([host('n2', 5), host('n3', 30)], [vm('a', 4)], {
      vms: { a: { preferredHost: 'n2' } },
    });
    expect(hostsOf(full)).toEqual({ a: 'n3' });
  });
});

describe('keep apart', () => {
  it('puts no two of a group on one host', () => {
    const result = planOf([host('n2', 60), host('n3', 10)], [vm('a', 4), vm('b', 4), vm('c', 4)], {
      groups: [group('keep-apart', 'a', 'b', 'c')],
    });
    expect(new Set([hostsOf(result)['a'], hostsOf(result)['b']])).toEqual(new Set(['n2', 'n3']));
    expect(hostsOf(result)['c']).toBeNull();
    const rule = 'rule "a+b+c" keeps it apart from';
    const [onN2, onN3] = hostsOf(result)['a'] === 'n2' ? ['a', 'b'] : ['b', 'a'];
    expect(reasonsFor(result, 'c')).toEqual([
      `n2: ${rule} ${onN2}, which is there`,
      expect.stringContaining(`n3: ${rule} ${onN3}, which is there`),
    ]);
  });

  it('heeds VMs that run on the hosts that are left', () => {
    const running = vm('running', 4, { host: 'n2' });
    const result = planOf(even, [vm('a', 4), running], { groups: [group('keep-apart', 'a', 'running')] });
    expect(hostsOf(result)).toEqual({ a: 'n3' });
  });

  it('forgets VMs that went down with the failed host for good', () => {
    const result = planOf([host('n2', 30)], [vm('left', 4), vm('a', 4)], {
      vms: { left: { restart: 'leave-down' } },
      groups: [group('keep-apart', 'a', 'left')],
    });
    expect(hostsOf(result)).toEqual({ left: null, a: 'n2' });
  });
});

describe('keep together', () => {
  it('puts all of a group on one host, with room for all of them', () => {
    const result = planOf([host('n2', 10), host('n3', 14)], [vm('a', 5), vm('b', 5)], {
      groups: [group('keep-together', 'a', 'b')],
    });
    expect(hostsOf(result)).toEqual({ a: 'n3', b: 'n3' });
  });

  it('joins members that run on the hosts that are left', () => {
    const running = vm('running', 4, { host: 'n3' });
    const result = planOf([host('n2', 40), host('n3', 10)], [vm('a', 4), running], {
      groups: [group('keep-together', 'a', 'running')],
    });
    expect(hostsOf(result)).toEqual({ a: 'n3' });
    expect(reasonsFor(result, 'a')).toEqual([
      'n2: rule "a+running" keeps it together with running, which is on n3',
    ]);
  });

  it('starts a member without the rest rather than not at all', () => {
    const result = planOf([host('n2', 8), host('n3', 6)], [vm('a', 6), vm('b', 4)], {
      groups: [group('keep-together', 'a', 'b')],
    });
    expect(hostsOf(result)).toEqual({ a: 'n2', b: null });
    expect(reasonsFor(result, 'b')).toEqual([
      'n2: 2 GiB of memory would be missing, the threshold is 2 GiB free',
      'n3: rule "a+b" keeps it together with a, which is on n2',
    ]);
  });

  it('moves planned VMs to one host when a later one ties them', () => {
    const result = planOf(even, [vm('a', 4), vm('b', 4), vm('tie', 4)], {
      groups: [group('keep-together', 'a', 'tie'), group('keep-together', 'b', 'tie')],
    });
    expect(new Set(Object.values(hostsOf(result))).size).toBe(1);
    expect(hostsOf(result)['tie']).not.toBeNull();
  });

  it('starts the first of two VMs that rules keep both together and apart', () => {
    const result = planOf(even, [vm('a', 4), vm('b', 4), vm('c', 4)], {
      groups: [group('keep-together', 'a', 'b'), group('keep-apart', 'a', 'b')],
    });
    expect(hostsOf(result)).toEqual({ a: expect.any(String), b: null, c: expect.any(String) });
  });
});
