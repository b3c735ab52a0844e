import { describe, expect, it } from 'vitest';
import { hasQuorum, sidesOf } from './membership.ts';

describe('membership', () => {
  it('is who hears whom, also through others', () => {
    const [a, b, c, d] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }];
    const cables = new Set(['ab', 'bc']);
    const hear = (x: { name: string }, y: { name: string }): boolean =>
      cables.has(x.name + y.name) || cables.has(y.name + x.name);
    expect(sidesOf([c, d, a, b], hear)).toEqual([[c, a, b], [d]]);
  });

  it.each([
    [1, 1, false, true],
    [1, 2, false, false],
    [1, 2, true, true],
    [2, 3, false, true],
    [2, 4, true, false],
    [3, 4, false, true],
  ])('%i of %i (all seen: %s) have quorum: %s', (members, expected, sawAll, quorum) => {
    expect(hasQuorum(members, expected, sawAll)).toBe(quorum);
  });
});
