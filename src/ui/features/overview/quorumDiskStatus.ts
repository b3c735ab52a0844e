import type { Tone } from '../../components/Status.tsx';
import type { QuorumDiskRow } from '../../store/selectors/quorumDisks.ts';

export const flawTone: Record<QuorumDiskRow['flaws'][number]['state'], Tone> = {
  tampered: 'error',
  unreadable: 'error',
  stale: 'warning',
  orphan: 'info',
};

/** Where a quorum disk is, in a word. `live`: whether the cluster's view is being brought up to date. */
export function placementStatus(row: QuorumDiskRow, live: boolean): { tone: Tone; word: string } {
  const { state, mountedOn, home } = row.placement;
  const readOnly = row.disk?.readOnly === true ? ', read-only' : '';
  if (!live) return { tone: 'unknown', word: mountedOn === null ? 'unknown' : `last known on ${mountedOn}` };
  if (state === 'failed') return { tone: 'error', word: 'failed' };
  if (mountedOn === null) return { tone: 'error', word: state === 'unknown' ? 'unknown' : 'nowhere' };
  if (!row.holderOnline) return { tone: 'unknown', word: `was on ${mountedOn}, which is gone` };
  if (mountedOn !== home) return { tone: 'warning', word: `on ${mountedOn}${readOnly}` };
  return readOnly === '' ? { tone: 'ok', word: 'at home' } : { tone: 'error', word: `at home${readOnly}` };
}
