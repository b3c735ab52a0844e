import { setTimeout as delay } from 'node:timers/promises';
import type { Sessions } from '../sessions/sessions.ts';

const patienceMs = 15_000;
const lookEveryMs = 200;

/**
 * Tries hosts that are being connected to at once instead of when their next try is due, and gives them some time: who has just
 * switched a host on again need not guess when it is back. Hosts that nobody connects to are left alone.
 */
export async function untilConnected(
  sessions: Pick<Sessions, 'connected' | 'get' | 'views'>,
  hostIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const missing = (): string[] => {
    const connected = sessions.connected();
    return sessions
      .views()
      .filter(({ connection }) => connection.state === 'reconnecting' || connection.state === 'connecting')
      .map(({ entry }) => entry.id)
      .filter((id) => hostIds.includes(id) && !connected.has(id));
  };
  for (const id of missing()) sessions.get(id).connect();
  const deadline = Date.now() + patienceMs;
  while (missing().length > 0 && Date.now() < deadline && !signal.aborted) await delay(lookEveryMs);
}
