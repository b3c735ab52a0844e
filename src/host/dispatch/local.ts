import type {
  DispatchCallName,
  DispatchCallParams,
  DispatchCallResult,
} from '../../contract/dispatchProtocol.ts';
import type { Host } from '../host.ts';
import type { PeerCallOptions } from '../ports/peers.ts';
import { dispatchHandlers } from './handlers.ts';
import { withinClock } from './withinClock.ts';

/** Asks this host itself, in this process, as another would ask it. */
export async function callLocally<K extends DispatchCallName>(
  host: Host,
  name: K,
  params: DispatchCallParams<K>,
  { timeoutMs }: PeerCallOptions,
): Promise<DispatchCallResult<K>> {
  const answer = dispatchHandlers(host)[name](params);
  return await withinClock(
    host.clock,
    answer,
    timeoutMs,
    `${name} has not ended within ${timeoutMs / 1000} s.`,
  );
}
