import type { StartOutcome } from '../../contract/dispatchProtocol.ts';
import { MinimeError, toErrorInfo } from '../../contract/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Peers } from '../ports/peers.ts';
import { before } from './patience.ts';

/** A peer gives up by itself after the time-out of the start; then it makes sure of the VM, and answers. */
const graceMs = 20_000;

/** `unknown`: no word of it, so it may run there. */
export type StartResult = StartOutcome | { outcome: 'unknown'; reason: string };

export interface StartOrder {
  host: string;
  home: string;
  definition: Buffer;
  timeoutS: number;
  /** Aborted once the host is known to be dead: there is nothing to wait for. */
  dead: AbortSignal;
}

/** Never rejects. */
export async function startOn(peers: Peers, clock: Clock, order: StartOrder): Promise<StartResult> {
  const { host, home, definition, timeoutS, dead } = order;
  const timeoutMs = timeoutS * 1000 + graceMs;
  try {
    const params = { home, definition: definition.toString('base64'), timeoutS };
    const asked = peers.call(host, 'vm.start', params, { timeoutMs, signal: dead });
    return await Promise.race([before(clock, timeoutMs + 1000, asked), untilDead(dead)]);
  } catch (error) {
    if (dead.aborted) return { outcome: 'unknown', reason: `${host} died.` };
    const { kind, message, cause } = toErrorInfo(error, { host });
    const reason = [message, cause].filter((part) => part !== undefined).join(' ');
    // An answer that says no is an answer: the peer did not start it, and knows that.
    const answered: readonly string[] = ['invalid-input', 'not-permitted', 'unsupported'];
    if (error instanceof MinimeError && answered.includes(kind)) return { outcome: 'failed', reason };
    return { outcome: 'unknown', reason };
  }
}

/** Rejects. */
function untilDead(dead: AbortSignal): Promise<never> {
  const died = new Promise<never>((_resolve, reject) => {
    const give = (): void => reject(new Error('it died'));
    if (dead.aborted) give();
    else dead.addEventListener('abort', give, { once: true });
  });
  died.catch(() => undefined);
  return died;
}
