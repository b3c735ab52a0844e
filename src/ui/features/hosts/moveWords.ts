import type { TakeoverSection } from '../../../contract/hostState.ts';
import type { Tone } from '../../components/Status.tsx';

type Moves = NonNullable<TakeoverSection['moves']>;
type MoveState = Moves['vms'][number]['state'];

const going: Record<Moves['reason'], string> = {
  maintenance: 'Moving VMs off for maintenance',
  failback: 'Moving VMs home',
  shutdown: 'Moving VMs off before shutdown',
};

const gone: Record<Moves['reason'], string> = {
  maintenance: 'Moved off for maintenance',
  failback: 'Moved home',
  shutdown: 'Moved off before shutdown',
};

export function movesTitle({ reason, endedAt, cancelled }: Moves): string {
  if (endedAt !== undefined) return gone[reason];
  return cancelled ? `${going[reason]} (stopping)` : going[reason];
}

/** "2 of 5 moved, 1 failed, 1 stays". */
export function movesSummary({ vms, cancelled, endedAt }: Moves): string {
  const number = (state: MoveState) => vms.filter((vm) => vm.state === state).length;
  return [
    `${number('moved')} of ${vms.length} moved`,
    number('failed') === 0 ? '' : `${number('failed')} failed`,
    number('stays') === 0 ? '' : `${number('stays')} ${number('stays') === 1 ? 'stays' : 'stay'}`,
    cancelled && endedAt !== undefined ? 'stopped by hand' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

export const moveStateTone: Record<MoveState, Tone> = {
  waiting: 'waiting',
  moving: 'working',
  moved: 'ok',
  failed: 'error',
  stays: 'warning',
};

export const moveStateWord: Record<MoveState, string> = {
  waiting: 'waiting',
  moving: 'moving',
  moved: 'moved',
  failed: 'failed, runs on where it was',
  stays: 'stays where it is',
};
