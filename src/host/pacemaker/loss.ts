import type { EngineState, HostLoss } from '../ports/clusterEngine.ts';
import type { ClusterEvent } from './events.ts';

/** Pacemaker's name, in its fencing history, for whoever uses `stonith_admin --confirm`. */
const byHand = 'a human';

/**
 * What is known of the loss of a host. Pacemaker itself keeps account of who is certain to be off: a host that went
 * without a word is `unclean` until it is fenced, one that left in good order is not. Pure.
 *
 * Corosync | Pacemaker              | fenced since it was last a member | loss
 * member   |                        |                                   | member
 * gone     | unclean, no answer, or has not noticed yet; or no quorum here  | unfenced
 * gone     | offline, clean         | yes                               | fenced
 * gone     | offline, clean         | no                                | left
 */
export function lossFrom(state: EngineState, target: string, events: readonly ClusterEvent[]): HostLoss {
  const member = state.members.find(({ name }) => name === target);
  if (member?.online === true) return { state: 'member' };
  const about = events.filter(({ node }) => node === target);
  const joined = about.findLast(({ kind }) => kind === 'member')?.at;
  const since = joined === undefined ? about : about.filter(({ at }) => at > joined);
  const detectedAt = since.find(({ kind }) => kind === 'lost')?.at;
  const detected = detectedAt === undefined ? {} : { detectedAt };
  if (!state.quorate || member?.pacemaker?.state !== 'offline') return { state: 'unfenced', ...detected };
  const fencing = state.fencing.history.find(
    (event) =>
      event.target === target &&
      event.outcome === 'success' &&
      event.action !== 'on' &&
      // The history knows seconds only.
      (joined === undefined || event.at === undefined || event.at >= joined - 1000),
  );
  if (fencing === undefined) return { state: 'left', ...detected };
  const noted = since.findLast(({ kind }) => kind === 'fenced')?.at;
  const fencedAt = noted ?? fencing.at;
  return {
    state: 'fenced',
    ...detected,
    ...(fencedAt === undefined ? {} : { fencedAt }),
    how: howOf(state, fencing.by),
  };
}

function howOf({ fencing }: EngineState, by: string | undefined): string {
  if (by === byHand) return 'confirmed by hand';
  const method = fencing.agents[0] ?? (fencing.method === 'sbd-watchdog' ? 'its own watchdog' : 'fencing');
  return by === undefined ? method : `${method}, by ${by}`;
}
