import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StartFilter } from './startFilter.ts';

const marker = 'aaaa-bbbb';
const PID = /^[0-9]+$/;

/** What comes through when the bytes arrive in pieces cut at these places. */
function through(filter: StartFilter, bytes: Buffer, cuts: number[]): string {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places
    .slice(1)
    .map((end, index) => filter.push(bytes.subarray(places[index], end)) ?? Buffer.alloc(0))
    .map((piece) => piece.toString('latin1'))
    .join('');
}

it('drops exactly the noise, however it arrives', () => {
  const noise = fc.stringMatching(/^[ab\n-]*$/).filter((text) => !`\n${text}`.includes(`\n${marker}`));
  fc.assert(
    fc.property(noise, fc.string(), fc.array(fc.nat(), { maxLength: 6 }), (before, after, cuts) => {
      const filter = new StartFilter(marker, PID);
      const output = Buffer.from(after).toString('latin1');
      expect(through(filter, Buffer.from(`${before}\n${marker} 4711\n${after}`), cuts)).toBe(output);
      expect(filter.tail).toBe('4711');
    }),
  );
});

it('keeps the end of the noise, and little of a flood', () => {
  const filter = new StartFilter(marker, PID);
  for (let index = 0; index < 1000; index++) expect(filter.push(Buffer.alloc(8192, 'x'))).toBeNull();
  filter.push(Buffer.from(`x${marker} 1\n\nthe last words`));
  expect(filter.started).toBe(false);
  expect(filter.dropped).toBeGreaterThan(8_000_000);
  expect(filter.noise).toMatch(/the last words$/);
  expect(filter.noise.length).toBeLessThanOrEqual(2000);
});

it('is not deceived by a line that only begins like the marker', () => {
  const filter = new StartFilter('serve-1');
  expect(filter.push(Buffer.from('\nserve-12\nserve-1 \nserve'))?.toString()).toBe('serve');
  const other = new StartFilter('serve-1');
  expect(other.push(Buffer.from('\nserve-12\nserve-1x\n'))).toBeNull();
});
