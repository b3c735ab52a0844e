import type { ClusterEvent, EventKind } from '../../../contract/events.ts';
import { isOutage } from '../../../contract/events.ts';
import { count, formatDuration } from '../../components/format.ts';
import type { Tone } from '../../components/Status.tsx';

export const eventGroups = ['hosts', 'changes'] as const;
export type EventGroup = (typeof eventGroups)[number];

const groups: Record<EventKind, EventGroup> = {
  'link-lost': 'hosts',
  'host-lost': 'hosts',
  'host-returned': 'hosts',
  fenced: 'hosts',
  'fencing-failed': 'hosts',
  'sync-failed': 'hosts',
  'notification-failed': 'hosts',
  rejoined: 'hosts',
  'fence-test': 'changes',
  'fence-confirmed': 'changes',
  deployment: 'changes',
  'policy-changed': 'changes',
  'notifications-changed': 'changes',
  'maintenance-begun': 'changes',
  'maintenance-ended': 'changes',
  drill: 'changes',
  'virtual-ip': 'changes',
  other: 'hosts',
};

export const groupOf = ({ kind }: ClusterEvent): EventGroup => groups[kind];

/** How it stands, in a word. What is over is no alarm any more. */
export function eventStatus(event: ClusterEvent): { tone: Tone; word: string } {
  const { severity, at, until } = event;
  const times = event.count === undefined ? '' : `, ${count(event.count, 'time')}`;
  if (isOutage(event)) {
    return until === undefined
      ? { tone: severity, word: `Goes on${times}` }
      : { tone: 'info', word: `Over after ${formatDuration(until - at)}${times}` };
  }
  const words = { info: 'Done', warning: 'Warning', error: 'Trouble' } as const;
  return { tone: severity, word: `${words[severity]}${times}` };
}
