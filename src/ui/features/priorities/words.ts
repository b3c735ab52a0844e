import type { OverCpu, ReadinessCondition, TakeoverSettings } from '../../../contract/policy.ts';
import { count } from '../../components/format.ts';

/** When the tier after one with this condition begins. */
export function readinessText(condition: ReadinessCondition): string {
  switch (condition.kind) {
    case 'started':
      return 'once all of it run';
    case 'guest-agent':
      return `once its guest agents answer, after ${condition.timeoutS} s all the same`;
    case 'delay':
      return `${condition.seconds} s after its last start`;
  }
}

/** "mail", "mail and dc01", "mail and 4 more". */
export function someNames(names: readonly string[], most = 2): string {
  const [first = 'nothing', second] = names;
  if (names.length <= 1) return first;
  if (names.length <= most) return names.length === 2 ? `${first} and ${second}` : names.join(', ');
  return `${first} and ${names.length - 1} more`;
}

export const vmsText = (vms: readonly string[], nameOf: (uuid: string) => string): string =>
  vms.length === 1 ? nameOf(vms[0] ?? '') : count(vms.length, 'VM');

export const hostShutdownText: Record<TakeoverSettings['hostShutdown'], string> = {
  migrate: 'move them off live; what cannot be moved is shut down and restarted elsewhere',
  'restart-elsewhere': 'shut them down, then start them on other hosts',
  leave: 'shut them down, and start them again when the host is back',
};

export const overCpuText: Record<OverCpu, string> = {
  start: 'start it anyway',
  'leave-down': 'leave it down',
};

export const failbackText: Record<TakeoverSettings['failback'], string> = {
  manual: 'by hand',
  automatic: 'by themselves, live',
};
