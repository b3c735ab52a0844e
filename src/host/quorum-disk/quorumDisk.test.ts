import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatHolder, holderBytes, parseHolder } from './holder.ts';
import { foreignOwner } from './owner.ts';
import { decideMmp, type HolderFacts, parseDumpe2fs } from './superblock.ts';

const inUse = readFileSync(new URL('fixtures/dumpe2fs-in-use.txt', import.meta.url), 'utf8');

describe('dumpe2fs', () => {
  it('gives label and who mounted it', () => {
    const superblock = parseDumpe2fs(inUse);
    expect(superblock).toMatchObject({ label: 'minime-qd', needsCheck: false });
    expect(superblock.mmp).toEqual({ state: 'in-use', updatedAt: 1_795_370_431_000, hostname: 'vm' });
  });

  it('tells unmounted and checked ones, and file systems without protection', () => {
    const withSequence = (sequence: string): string =>
      inUse.replace('mmp_sequence: 0x00013b', `mmp_sequence: ${sequence}`);
    expect(parseDumpe2fs(withSequence('0xff4d4d50')).mmp?.state).toBe('clean');
    expect(parseDumpe2fs(withSequence('0xe24d4d50')).mmp?.state).toBe('fsck');
    expect(parseDumpe2fs(inUse.replace(/MMP_block:[^]*$/, '')).mmp).toBeUndefined();
    expect(
      parseDumpe2fs(inUse.replace(/(Filesystem state:\s+)clean/, '$1clean with errors')).needsCheck,
    ).toBe(true);
  });
});

describe('multi-mount protection', () => {
  const mmp = { state: 'in-use' as const, updatedAt: 1000, hostname: 'n1' };
  const facts: HolderFacts = { holder: 'n1', self: 'n2', bootedAt: 500, holderFenced: false };

  it.each([
    ['never mounted', undefined, {}, 'mount'],
    ['unmounted', { ...mmp, state: 'clean' as const }, {}, 'mount'],
    ['holder fenced', mmp, { holderFenced: true }, 'clear'],
    ['holder not fenced', mmp, {}, 'watch'],
    ['holder not known, whatever else', mmp, { holder: undefined, holderFenced: true }, 'watch'],
    ['held by this host before it booted', mmp, { self: 'n1', bootedAt: 2000 }, 'clear'],
    ['held by this host since it booted', mmp, { self: 'n1' }, 'watch'],
    [
      'a check that was cut off with its host',
      { ...mmp, state: 'fsck' as const },
      { holderFenced: true },
      'clear',
    ],
    ['a check that goes on', { ...mmp, state: 'fsck' as const }, {}, 'watch'],
  ])('%s', (_case, block, changes, decision) => {
    expect(decideMmp(block, { ...facts, ...changes })).toBe(decision);
  });
});

describe('the holder of a disk', () => {
  const holder = { format: 1 as const, node: 'n1', mmpHostname: 'vm', mountedAt: 5 };

  it('comes back from a file that always has the same size', () => {
    expect(formatHolder(holder)).toHaveLength(holderBytes);
    expect(formatHolder({ ...holder, node: 'n'.repeat(63) })).toHaveLength(holderBytes);
    const mmp = parseDumpe2fs(inUse).mmp;
    expect(parseHolder(formatHolder(holder).toString(), mmp)).toEqual(holder);
  });

  it('is not believed when somebody else mounted it since, nor when it is cut short', () => {
    const text = formatHolder(holder).toString();
    expect(parseHolder(text, { state: 'in-use', updatedAt: 1, hostname: 'n7' })).toBeUndefined();
    expect(parseHolder(text, undefined)).toBeUndefined();
    expect(parseHolder(text.slice(0, 20), parseDumpe2fs(inUse).mmp)).toBeUndefined();
  });
});

describe('the owner of a disk', () => {
  const expected = { format: 1 as const, clusterId: 'c', home: 'n1' };

  it.each([
    [JSON.stringify(expected), false, undefined],
    [undefined, false, undefined],
    [undefined, true, 'It holds definitions, but nothing on it says whose they are.'],
    [JSON.stringify({ ...expected, home: 'n2' }), false, 'It is the quorum disk of n2.'],
    [JSON.stringify({ ...expected, clusterId: 'd' }), true, 'It belongs to another cluster (d).'],
    ['{', true, 'What it says about its owner cannot be understood.'],
  ])('%s', (text, hasDefinitions, problem) => {
    expect(foreignOwner(text, expected, hasDefinitions)).toBe(problem);
  });
});
