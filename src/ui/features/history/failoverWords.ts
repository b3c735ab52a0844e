import type { FailoverSummary } from '../../../contract/failover.ts';
import { count } from '../../components/format.ts';
import type { Tone } from '../../components/Status.tsx';
import type { Failover, FailoverState } from '../../store/selectors/takeovers.ts';

export const kindMeaning: Record<FailoverSummary['kind'], string> = {
  takeover: 'Another host started the VMs of a host that failed.',
  rejoin: 'A host that came back started the VMs that ran on it before, and ran nowhere else.',
};

/** "Takeover of kvm1 and kvm3". `drill`: of a record or of its summary. */
export function titleOf({
  kind,
  failed,
  drill,
}: Pick<FailoverSummary, 'kind' | 'failed'> & { drill?: unknown }): string {
  const hosts =
    failed.length < 2 ? (failed[0] ?? '') : `${failed.slice(0, -1).join(', ')} and ${failed.at(-1)}`;
  const isDrill = drill !== undefined && drill !== false;
  return kind === 'takeover'
    ? `${isDrill ? 'Drill: takeover' : 'Takeover'} of ${hosts}`
    : `Start of ${hosts}’s own VMs`;
}

/** How a failover stands, in a word. */
export function statusOf({ state, counts }: Pick<Failover, 'state' | 'counts'>): {
  tone: Tone;
  word: string;
} {
  switch (state) {
    case 'running':
      return { tone: 'working', word: 'Going on' };
    case 'interrupted':
      return { tone: 'error', word: 'Not finished' };
    case 'ended':
      return counts.down + counts.refused > 0
        ? { tone: 'warning', word: 'Ended, not all run' }
        : { tone: 'ok', word: 'Ended, all run' };
  }
}

export const stateMeaning: Record<FailoverState, string> = {
  running: 'It goes on right now.',
  interrupted:
    'It has not ended, and no connected host carries it on. The next owner of the quorum disk finishes it.',
  ended: 'It has ended.',
};

/** "7 of 9 running, 1 stays down, 1 refused". */
export function countsText({ total, running, down, refused }: FailoverSummary['counts']): string {
  if (total === 0) return 'no VM to start';
  return [
    `${running} of ${count(total, 'VM')} running`,
    down === 0 ? '' : `${down} ${down === 1 ? 'stays' : 'stay'} down`,
    refused === 0 ? '' : `${refused} refused`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
