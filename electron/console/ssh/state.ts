import type { MinimeError } from '../../../src/contract/errors.ts';
import type { Connection, ConnectionState } from '../../../src/contract/inventory.ts';

/** A connection's life as far as SSH goes; what `connected` means for vmcl (bare, online …) is the session's to say. */
export interface HostState extends Omit<Connection, 'state' | 'vmclVersion'> {
  state: Exclude<ConnectionState, 'bare' | 'version-mismatch' | 'online'> | 'connected';
}

const BACKOFF = { first: 1_000, factor: 2, longest: 15_000 };

/** Milliseconds to wait before try `attempt` (from 1). Half of it is random, so that consoles do not knock in step. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(BACKOFF.longest, BACKOFF.first * BACKOFF.factor ** (attempt - 1));
  return Math.round(full / 2 + (random() * full) / 2);
}

/** Whether trying again can help without the admin doing something. */
export function isTransient(error: MinimeError): boolean {
  return error.kind === 'unreachable' || error.kind === 'timeout';
}
