import { expect, test } from 'vitest';
import { defaultSize, openingBounds, windowStateSchema } from './windowState.ts';

const screens = [
  { x: 0, y: 0, width: 1920, height: 1040 },
  { x: 1920, y: 0, width: 1280, height: 1000 },
];
const at = (x: number, y: number, width = 1000, height = 700) => ({
  bounds: { x, y, width, height },
  maximized: false,
});

test('the first window has the default size and no position', () => {
  expect(openingBounds(null, screens)).toEqual(defaultSize);
});

test('a window opens where it was, also on the second screen and partly outside', () => {
  expect(openingBounds(at(100, 50), screens)).toEqual({ x: 100, y: 50, width: 1000, height: 700 });
  expect(openingBounds(at(2000, 0), screens)).toMatchObject({ x: 2000, y: 0 });
  expect(openingBounds(at(-800, 10), screens)).toMatchObject({ x: -800, y: 10 });
});

test.for([
  ['left of all screens', at(-990, 0)],
  ['with its title bar above the screen', at(100, -20)],
  ['below the screen', at(100, 1030)],
  ['on a screen that is gone', at(5000, 100)],
] as const)('a window %s keeps its size only', ([, state]) => {
  expect(openingBounds(state, screens)).toEqual({ width: 1000, height: 700 });
});

test('a size that is too small is made usable', () => {
  expect(openingBounds(at(0, 0, 10, 10), screens)).toEqual({ x: 0, y: 0, width: 900, height: 600 });
});

test('a damaged state is not taken', () => {
  expect(windowStateSchema.safeParse(at(0, 0, -5)).success).toBe(false);
  expect(windowStateSchema.safeParse({ bounds: {}, maximized: 'no' }).success).toBe(false);
});
