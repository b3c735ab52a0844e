import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestMerit, compareMerit, meritOf, vmsToStart } from '../../test/bench/planner/bruteForce.ts';
import { Arrangement } from './arrangement.ts';
import { balanceSearch } from './balanceSearch.ts';
import { readCandidates } from './candidates.ts';
import { readCluster } from './cluster.ts';
import { groupItems } from './items.ts';
import { isCandidate, plan } from './plan.ts';
import { limitCpu, readProblem } from './problem.ts';
import { search } from './search.ts';
import { Steps } from './steps.ts';
import { GB, group, host, hostsOf, policy, vm } from './testing/cluster.ts';

const planOf = (hosts: ReturnType<typeof host>[], vms: ReturnType<typeof vm>[]) =>
  plan({ hosts, vms, policy: policy(vms.map(({ name }) => name)), failed: ['n1'] });

describe('balance', () => {
  it('keeps the fullest host as empty as can be, though the sizes come in an awkward order', () => {
    // 7+3+2 and 6+6 on two equal hosts; largest first to the emptier host would give 7+6 and 6+3+2.
    const vms = [3, 6, 7, 2, 6].map((size, index) => vm(`vm${index}`, size));
    const result = planOf([host('n2', 40), host('n3', 40)], vms);
    expect(result.hosts.map((one) => one.memoryFreeAfter / GB)).toEqual([28, 28]);
    expect(result.search.balance).toBe('proved');
  });

  it('looks at CPU as much as at memory', () => {
    const vms = [vm('busy1', 1, { cpuPercent: 400 }), vm('busy2', 1, { cpuPercent: 400 })];
    const result = planOf([host('n2', 40), host('n3', 30)], vms);
    expect(new Set(Object.values(hostsOf(result)))).toEqual(new Set(['n2', 'n3']));
  });

  it('evens out the other hosts when the fullest one cannot get emptier', () => {
    const hosts = [host('n2', 3), host('n3', 40), host('n4', 40)];
    const result = planOf(hosts, [vm('a', 4), vm('b', 4), vm('c', 4), vm('d', 4)]);
    expect(result.hosts.map((one) => one.memoryFreeAfter / GB)).toEqual([3, 32, 32]);
  });

  it('gives no change of one VM or swap of two that would be more even, where it proves no more', () => {
    const vms = Array.from({ length: 40 }, (_, index) => vm(`vm${index}`, 1 + ((index * 7) % 5)));
    const hosts = Array.from({ length: 6 }, (_, index) => host(`n${index + 2}`, 30 + index));
    const result = planOf(hosts, vms);
    expect(result.search.balance).toBe('improved');
    const free = result.hosts.map((one) => one.memoryFreeAfter / GB);
    // All sizes of 1 to 5 GB are there many times over, so a gap of 2 GB could be closed by one swap.
    expect(Math.max(...free) - Math.min(...free)).toBeLessThan(2);
  });
});

/** Hosts with the same room, some of them half as large, so that the same VM weighs twice as much there. */
const likeHosts = fc.record({
  large: fc.array(fc.boolean(), { minLength: 2, maxLength: 3 }),
  sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 5 }),
  apart: fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 2 }),
});

describe('balanceSearch', { timeout: 60_000 }, () => {
  it('finds the evenest placement, wherever it starts', () => {
    fc.assert(
      fc.property(likeHosts, ({ large, sizes, apart }) => {
        const hosts = large.map((is, index) =>
          host(`n${index + 2}`, 14, { memoryTotal: (is ? 32 : 16) * GB, cpuPercent: 0 }),
        );
        const vms = sizes.map((size, index) => vm(`vm${index}`, size, { cpuPercent: 0 }));
        const groups = [group('keep-apart', ...apart.map((index) => `vm${index}`))];
        const order = policy(
          vms.map(({ name }) => name),
          { groups },
        );
        const input = { hosts, vms, policy: order, failed: ['n1'] };

        const cluster = readCluster(input);
        const failed = new Set(input.failed);
        const candidates = readCandidates(cluster, failed, false).filter(isCandidate);
        const problem = limitCpu(readProblem(cluster, failed, candidates), 0);
        const items = groupItems(problem, [...vms.keys()], problem.allowed)?.items;
        const first = items === undefined ? null : search(items, new Steps(10_000));
        fc.pre(items !== undefined && first?.kind === 'found');
        const start = new Arrangement(items);
        for (const [item, at] of first.hostOf.entries()) start.place(item, at);

        const { hostOf, proved } = balanceSearch(problem, start);
        const placement = [...hostOf].map((at) => problem.hosts[at]?.name ?? null);
        expect(proved).toBe(true);
        expect(compareMerit(meritOf(input, vmsToStart(input), placement), bestMerit(input))).toBe(0);
      }),
      { numRuns: 150, seed: 4 },
    );
  });
});
