import { describe, expect, it } from 'vitest';
import type { RefusalReason } from './plan.ts';
import { overCpuText, refusalText, staysDownText } from './planText.ts';

const GB = 1024 ** 3;
const text = (...reasons: RefusalReason[]): string => refusalText({ host: 'n3', reasons });

describe('refusalText', () => {
  it('gives memory in figures', () => {
    expect(text({ kind: 'memory', freeAfter: 1.25 * GB, threshold: 2 * GB })).toBe(
      'n3: 1.2 GiB free would remain, the threshold is 2 GiB',
    );
  });

  it('says what is missing when even the VM itself does not fit', () => {
    expect(text({ kind: 'memory', freeAfter: -0.5 * GB, threshold: 2 * GB })).toBe(
      'n3: 0.5 GiB of memory would be missing, the threshold is 2 GiB free',
    );
    expect(text({ kind: 'memory', freeAfter: -2 * GB, threshold: 2 * GB })).toBe(
      'n3: 2 GiB of memory would be missing, the threshold is 2 GiB free',
    );
    expect(text({ kind: 'memory', freeAfter: -1, threshold: 0 })).toBe(
      'n3: 0.1 GiB of memory would be missing, the threshold is 0 GiB free',
    );
  });

  it('takes a smaller unit when the two figures would read alike', () => {
    expect(text({ kind: 'memory', freeAfter: 2048 * 1024 ** 2 - 1, threshold: 2048 * 1024 ** 2 })).toBe(
      'n3: 1.9 GiB free would remain, the threshold is 2 GiB',
    );
    expect(text({ kind: 'memory', freeAfter: 2.53 * GB, threshold: 2.56 * GB })).toBe(
      'n3: 2590 MiB free would remain, the threshold is 2621 MiB',
    );
    expect(text({ kind: 'memory', freeAfter: 0, threshold: 1 })).toBe(
      'n3: 0 bytes free would remain, the threshold is 1 bytes',
    );
  });

  it('rounds CPU use up, so that it reads as over the threshold', () => {
    expect(text({ kind: 'cpu', percentAfter: 90.01, threshold: 90 })).toBe(
      'n3: CPU use would be about 91 %, the threshold is 90 %',
    );
    expect(text({ kind: 'cpu', percentAfter: 90, threshold: 89.5 })).toBe(
      'n3: CPU use would be about 90 %, the threshold is 89.5 %',
    );
  });

  it('tells of no more CPU than there is', () => {
    expect(text({ kind: 'cpu', percentAfter: 131, threshold: 90 })).toBe(
      'n3: CPU use would be about 100 %, the threshold is 90 %',
    );
    expect(text({ kind: 'cpu', percentAfter: 100.2, threshold: 100 })).toBe(
      'n3: CPU use would be more than there is',
    );
  });

  it('joins several reasons', () => {
    expect(text({ kind: 'not-allowed' }, { kind: 'keep-apart', rule: 'databases', vm: 'db2' })).toBe(
      'n3: it is not one of the allowed hosts; rule "databases" keeps it apart from db2, which is there',
    );
  });

  it('has words for every kind of reason', () => {
    expect(text({ kind: 'unavailable', detail: 'it is in maintenance' })).toBe('n3: it is in maintenance');
    expect(text({ kind: 'excluded', detail: 'the start failed there' })).toBe('n3: the start failed there');
    expect(text({ kind: 'keep-together', rule: 'shop', vm: 'db', on: 'n1' })).toBe(
      'n3: rule "shop" keeps it together with db, which is on n1',
    );
    expect(text({ kind: 'preferred-elsewhere', preferred: 'n1' })).toBe(
      'n3: possible, but n1 is its preferred host',
    );
    expect(text({ kind: 'less-even', loadAfter: 81.26 })).toBe(
      'n3: possible, it would be at 81.3 %; the load is more even as planned',
    );
  });
});

describe('staysDownText', () => {
  it('names what makes a VM unprotected', () => {
    expect(staysDownText({ cause: 'unprotected', detail: 'disk vda is not on shared storage' })).toBe(
      'It cannot be started on another host: disk vda is not on shared storage.',
    );
  });

  it('does not claim more than the search proved', () => {
    expect(staysDownText({ cause: 'no-host' })).toContain('No host can take it');
    expect(staysDownText({ cause: 'undecided' })).toContain('there may be one');
  });
});

describe('overCpuText', () => {
  it('has nothing to say of a host within its threshold', () => {
    expect(overCpuText({ host: 'n3' })).toBeNull();
  });

  it('names the host, its estimated use and the threshold', () => {
    expect(overCpuText({ host: 'n3', overCpu: { percentAfter: 93.1, threshold: 90 } })).toBe(
      'over the CPU threshold: n3 would use about 94 %, the threshold is 90 %',
    );
  });
});
