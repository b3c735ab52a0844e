import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assignSlots } from './rowSlots.ts';

it('gives each row of a page to one of the next page, in order', () => {
  const first = assignSlots(new Map(), ['a', 'b', 'c']);
  expect([...assignSlots(first, ['d', 'e', 'f'])]).toEqual([
    ['d', 0],
    ['e', 1],
    ['f', 2],
  ]);
});

it('leaves the rows alone that stay in sight', () => {
  const first = assignSlots(new Map(), ['a', 'b', 'c']);
  expect([...assignSlots(first, ['b', 'c', 'd', 'e'])]).toEqual([
    ['b', 1],
    ['c', 2],
    ['d', 0],
    ['e', 3],
  ]);
});

it('never has two VMs in one row', () => {
  const pages = fc.array(fc.uniqueArray(fc.nat(20).map(String), { maxLength: 10 }), { maxLength: 20 });
  fc.assert(
    fc.property(pages, (sights) => {
      let slots: ReadonlyMap<string, number> = new Map();
      for (const keys of sights) {
        slots = assignSlots(slots, keys);
        expect([...slots.keys()]).toEqual(keys);
        expect(new Set(slots.values()).size).toBe(keys.length);
      }
    }),
  );
});
