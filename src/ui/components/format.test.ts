import { describe, expect, it } from 'vitest';
import {
  count,
  formatAge,
  formatBytes,
  formatDuration,
  formatLatency,
  formatPart,
  formatPercent,
  formatSpan,
} from './format.ts';

describe('figures for people', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [100 * 1024 ** 2, '100 MiB'],
    [61.44 * 1024 ** 3, '61.4 GiB'],
    [2 * 1024 ** 5, '2 PiB'],
  ])('%d bytes is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [140, '0.14 ms'],
    [12_345, '12.3 ms'],
    [250_000, '250 ms'],
  ])('%d µs is %s', (us, text) => expect(formatLatency(us)).toBe(text));

  it.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3_600_000, '1 h'],
    [47 * 3_600_000, '47 h'],
    [48 * 3_600_000, '2 days'],
  ])('%d ms is %s', (ms, text) => expect(formatSpan(ms)).toBe(text));

  it.each([
    [-5, '0.0 s'],
    [420, '0.4 s'],
    [11_490, '11.5 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 00 s'],
    [125_400, '2 min 05 s'],
    [3_599_600, '1 h 00 min'],
    [3_840_000, '1 h 04 min'],
  ])('%d ms is %s where it is compared', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [6.2 * 1024 ** 2, 100 * 1024 ** 2, '6.2 of 100 MiB'],
    [900 * 1024, 100 * 1024 ** 2, '900 KiB of 100 MiB'],
  ])('%d of %d is %s', (part, whole, text) => expect(formatPart(part, whole)).toBe(text));

  it('never speaks of the future', () => expect(formatAge(2000, 1000)).toBe('0 s ago'));
  it('rounds percent', () => expect(formatPercent(33.4)).toBe('33 %'));
  it('counts', () => expect([count(1, 'host'), count(2, 'host')]).toEqual(['1 host', '2 hosts']));
});
