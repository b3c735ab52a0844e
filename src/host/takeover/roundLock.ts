import type { Finding } from '../../contract/finding.ts';
import { takeClusterLock } from './clusterLock.ts';
import { pause } from './patience.ts';
import { waitingForOwner } from './problems.ts';
import { clear, type RoundState, report } from './roundState.ts';

const retryMs = 1000;

interface RoundLockOptions {
  state: RoundState;
  signal: AbortSignal;
  /** What is waited for may be different. */
  show: () => Promise<void>;
  onTrouble: (error: unknown) => void;
}

/** The lock of the cluster as one round holds it: while it does, no other owner plans. */
export class RoundLock {
  readonly #options: RoundLockOptions;
  #unlock: (() => Promise<void>) | undefined;

  constructor(options: RoundLockOptions) {
    this.#options = options;
  }

  /** Waits for other owners, and tells for whom. False: it was stopped before it had the lock. */
  async take(): Promise<boolean> {
    const { state, signal, show, onTrouble } = this.#options;
    if (this.#unlock !== undefined) return true;
    const { world, notes, losses } = state;
    let waited: Finding | undefined;
    const onWait = (owner: string | undefined): void => {
      const finding = owner === undefined ? undefined : waitingForOwner(owner);
      if (waited !== undefined && waited.host !== finding?.host) clear(state, waited);
      if (finding !== undefined) report(state, finding);
      waited = finding;
      void show();
    };
    const mine = { owner: world.self, id: notes.id, homes: [...losses.keys()] };
    const { engine, clock } = world;
    while (!signal.aborted) {
      try {
        this.#unlock = await takeClusterLock(mine, { engine, clock, signal, onWait });
        return this.#unlock !== undefined;
      } catch (error) {
        onTrouble(error);
        await pause(clock, retryMs, { signal });
      }
    }
    return false;
  }

  async giveBack(): Promise<void> {
    const unlock = this.#unlock;
    this.#unlock = undefined;
    await unlock?.().catch((error: unknown) => this.#options.onTrouble(error));
  }
}
