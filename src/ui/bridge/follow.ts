import type { ConsoleBridge, ConsoleEvent, Snapshot } from '../../contract/consoleApi.ts';
import type { ErrorInfo } from '../../contract/errors.ts';

export interface ConsoleFollower {
  /** Everything at once: at the start and again whenever the link came back. Replaces what was known. */
  onSnapshot(snapshot: Snapshot): void;
  /** In order, without gap or repetition since the last snapshot. */
  onEvent(event: ConsoleEvent): void;
  /** False: what is on screen is not being brought up to date. */
  onLink(connected: boolean): void;
  /** The snapshot could not be had; it is asked for again when the link comes back. */
  onError(error: ErrorInfo): void;
}

/** Keeps a store equal to the core's state: snapshot, then events, and again after a broken link. Returns its end. */
export function followConsole(bridge: ConsoleBridge, follower: ConsoleFollower): () => void {
  /** Events that arrived while a snapshot was on its way; null while there is a snapshot to apply them to. */
  let held: ConsoleEvent[] | null = [];
  let round = 0;
  let lastSequence = 0;

  const takeSnapshot = async () => {
    const thisRound = ++round;
    held = [];
    const result = await bridge.call('snapshot', {});
    if (thisRound !== round) return;
    if (!result.ok) {
      held = null;
      lastSequence = Number.POSITIVE_INFINITY; // There is nothing that events could be applied to.
      follower.onError(result.error);
      return;
    }
    follower.onSnapshot(result.value);
    const waiting = held;
    held = null;
    for (const event of waiting) {
      if (event.sequence > result.value.sequence) follower.onEvent(event);
    }
    lastSequence = Math.max(result.value.sequence, waiting.at(-1)?.sequence ?? 0);
  };

  const endEvents = bridge.onEvent((event) => {
    if (held !== null) held.push(event);
    else if (event.sequence > lastSequence) {
      lastSequence = event.sequence;
      follower.onEvent(event);
    }
  });
  const endLink = bridge.onLink((connected) => {
    follower.onLink(connected);
    if (connected) void takeSnapshot();
  });
  void takeSnapshot();

  return () => {
    round = -1;
    endEvents();
    endLink();
  };
}
