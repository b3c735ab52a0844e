import type { Clock } from '../clock.ts';

/** A clock that stands still until it is set. */
export function manualClock(now = 1_000_000): Clock & { set(now: number): void; advance(ms: number): void } {
  let current = now;
  return {
    now: () => current,
    set(next) {
      current = next;
    },
    advance(ms) {
      current += ms;
    },
  };
}
