import { describe, expect, it } from 'vitest';
import { memoizeEach } from './memoize.ts';

describe('what is computed for each of many', () => {
  const computed: string[] = [];
  const each = memoizeEach((name: string, parts: readonly object[]) => {
    computed.push(name);
    return name === 'none' ? null : { name, count: parts.length };
  });
  const part = {};
  const other = {};
  const round = (now: Record<string, [string, object[]]>) => {
    computed.length = 0;
    return each(new Map(Object.entries(now)));
  };

  it('is computed again only where something it depends on is another', () => {
    const first = round({ a: ['a', [part]], b: ['b', [part]], c: ['none', []] });
    expect(computed).toEqual(['a', 'b', 'none']);
    expect([...first.keys()]).toEqual(['a', 'b']);
    const second = round({ a: ['a', [part]], b: ['b', [part, other]], c: ['none', []] });
    expect(computed).toEqual(['b']);
    expect(second.get('a')).toBe(first.get('a'));
    expect(second.get('b')).toEqual({ name: 'b', count: 2 });
  });

  it('keeps its object where it says the same', () => {
    const first = round({ a: ['a', [part]] });
    const second = round({ a: ['a', [other]] });
    expect(computed).toEqual(['a']);
    expect(second.get('a')).toBe(first.get('a'));
  });

  it('is forgotten when it is no more', () => {
    const first = round({ a: ['a', [part]] });
    expect(round({}).size).toBe(0);
    const again = round({ a: ['a', [part]] });
    expect(computed).toEqual(['a']);
    expect(again.get('a')).not.toBe(first.get('a'));
  });
});
