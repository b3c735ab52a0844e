import { describe, expect, it } from 'vitest';
import type { QuorumDiskRow } from '../../store/selectors/quorumDisks.ts';
import { placementStatus } from './quorumDiskStatus.ts';

const row = (change: Partial<QuorumDiskRow>): QuorumDiskRow => ({
  home: 'kvm1',
  placement: { home: 'kvm1', mountedOn: 'kvm1', state: 'mounted' },
  holderOnline: true,
  disk: null,
  toldBy: null,
  sync: null,
  current: 0,
  total: 0,
  flaws: [],
  ...change,
});

describe('where a quorum disk is', () => {
  it('is home while its host has it mounted', () => {
    expect(placementStatus(row({}), true)).toEqual({ tone: 'ok', word: 'at home' });
  });

  it('is not fine when the host that had it is gone, before Pacemaker knows of another place', () => {
    expect(placementStatus(row({ holderOnline: false }), true).tone).toBe('unknown');
  });

  it('is a warning on another host', () => {
    const placement = { home: 'kvm1', mountedOn: 'kvm2', state: 'mounted' } as const;
    expect(placementStatus(row({ placement }), true)).toEqual({ tone: 'warning', word: 'on kvm2' });
  });
});
