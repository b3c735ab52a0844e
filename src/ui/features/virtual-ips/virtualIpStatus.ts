import type { VirtualIp } from '../../../contract/virtualIp.ts';
import type { Tone } from '../../components/Status.tsx';

/** Where a service address is, in a few words. `live`: whether the cluster's view is being brought up to date. */
export function virtualIpStatus(
  { on, state, preferredHost }: VirtualIp,
  live: boolean,
): { tone: Tone; word: string } {
  if (!live) return { tone: 'unknown', word: on === null ? 'unknown' : `last known on ${on}` };
  if (state === 'failed') return { tone: 'error', word: 'failed' };
  if (state === 'stopped') return { tone: 'error', word: 'nowhere' };
  if (on === null) return { tone: 'unknown', word: 'unknown' };
  if (preferredHost !== undefined && on !== preferredHost)
    return { tone: 'info', word: `${on}, while ${preferredHost} cannot have it` };
  return { tone: 'ok', word: on };
}
