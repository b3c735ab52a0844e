import { expect, it } from 'vitest';
import { policyProblems } from './policyProblems.ts';
import { group, policy } from './testing/cluster.ts';

const nameOf = (uuid: string): string => uuid.replace('uuid-', '');
const titles = (...given: Parameters<typeof policy>): string[] =>
  policyProblems(policy(...given), nameOf).map((finding) => finding.title);

it('finds nothing in a sound policy', () => {
  const rules = {
    vms: { a: { allowedHosts: ['n1', 'n2'], preferredHost: 'n2' }, b: { preferredHost: 'n3' } },
    groups: [group('keep-together', 'a', 'b'), group('keep-apart', 'b', 'c')],
  };
  expect(titles(['a', 'b', 'c'], rules)).toEqual([]);
});

it('finds what contradicts itself', () => {
  const rules = {
    vms: { a: { allowedHosts: ['n1'], preferredHost: 'n2' } },
    groups: [
      group('keep-together', 'a', 'b', 'c'),
      group('keep-apart', 'b', 'c'),
      group('keep-apart', 'd', 'd'),
    ],
  };
  expect(titles(['a', 'b', 'a', 'c'], rules)).toEqual([
    'a has two places in the restart order.',
    'a prefers n2, which is not one of its allowed hosts.',
    'The rule "d+d" names fewer than two VMs.',
    '"a+b+c" keeps b and c together, "b+c" keeps them apart.',
  ]);
});
