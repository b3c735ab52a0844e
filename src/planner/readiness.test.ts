import { describe, expect, it } from 'vitest';
import { plan } from './plan.ts';
import { readiness } from './readiness.ts';
import { host, hostsOf, policy, vm } from './testing/cluster.ts';

describe('readiness', () => {
  const hosts = [host('n2', 12), host('n1', 8), host('n3', 8)];
  const vms = [
    vm('a', 5),
    vm('b', 5),
    vm('c', 5, { host: 'n2' }),
    vm('d', 2, { host: 'n3' }),
    vm('stray', 1, { host: null }),
  ];
  const order = policy(['a', 'b', 'c', 'd', 'stray']);

  it('gives, by host, the very plan that its failure would get', () => {
    const running = vms.filter((one) => one.host !== null);
    const expected = ['n1', 'n2', 'n3'].map((name) => ({
      host: name,
      plan: plan({ hosts, vms: running, policy: order, failed: [name] }),
    }));
    expect(readiness({ hosts, vms, policy: order })).toEqual(expected);
  });

  it('shows which VMs would stay down', () => {
    const [n1] = readiness({ hosts, vms: [...vms, vm('e', 6)], policy: policy(['a', 'b', 'e', 'c', 'd']) });
    expect(n1 === undefined ? null : hostsOf(n1.plan)).toEqual({ a: 'n2', b: 'n2', e: 'n3' });
  });
});
