import type { Fencing } from '../../contract/clusterState.ts';
import type { WorldClock } from '../time/worldClock.ts';
import type { Timing } from '../timing.ts';
import type { Boot } from '../world/boot.ts';
import type { Happenings } from './happenings.ts';
import type { Standings } from './standings.ts';

export interface FencerOptions {
  clock: WorldClock;
  timing: Pick<Timing, 'fencingMs' | 'fencingRetryMs'>;
  standings: Standings;
  happenings: Happenings;
  /** The side that has quorum, by order of preference: its first host fences. */
  active: () => readonly Boot[];
  fencingWorks: (host: string) => boolean;
  /** Resets the host, whatever it does. */
  reset: (host: string) => void;
  onFenced: (host: string, how: string) => void;
  onChange: () => void;
  tell: (text: string) => void;
}

/** Pacemaker gives up on a fencing after so many failures, until something changes. */
const maximumAttempts = 10;

/** Fences lost hosts, again and again where that fails. */
export class Fencer {
  readonly #options: FencerOptions;
  /** Who is at it, by the name of the target. */
  readonly #underWay = new Map<string, Boot>();
  readonly #failures = new Map<string, number>();
  /** Newest first. */
  readonly history: Fencing['history'] = [];

  constructor(options: FencerOptions) {
    this.#options = options;
  }

  /** All that is lost and not fenced. */
  fenceLost(): void {
    const { active, clock, timing, standings } = this.#options;
    for (const [target, actor] of this.#underWay) {
      if (!active().includes(actor)) this.#underWay.delete(target);
    }
    for (const target of standings.unfenced()) {
      const [actor] = active();
      if (actor === undefined || this.#underWay.has(target)) continue;
      if ((this.#failures.get(target) ?? 0) >= maximumAttempts) continue;
      this.#underWay.set(target, actor);
      clock.after(timing.fencingMs, () => this.#ends(target, actor));
    }
  }

  /** It is a member again: past failures do not count any more. */
  joined(host: string): void {
    this.#failures.delete(host);
  }

  /** One try at this very moment, by `client` as the history names it. Whether it worked. */
  attempt(target: string, client: string): boolean {
    const { clock, fencingWorks, reset, tell, happenings, onChange, onFenced } = this.#options;
    const works = fencingWorks(target);
    const at = clock.now();
    this.history.unshift({ target, action: 'reboot', outcome: works ? 'success' : 'failed', at, client });
    if (!works) {
      tell(`fencing of ${target} fails`);
      happenings.note({ kind: 'fencing-failed', host: target, at, detail: 'It does not answer.' });
      onChange();
      return false;
    }
    reset(target);
    onFenced(target, 'fence_sbd');
    return true;
  }

  #ends(target: string, actor: Boot): void {
    if (this.#underWay.get(target) !== actor || actor.life.over) return;
    this.#underWay.delete(target);
    if (this.#options.standings.of(target)?.state === 'fenced') return;
    if (this.attempt(target, `pacemaker-controld.${actor.host}`)) return;
    this.#failures.set(target, (this.#failures.get(target) ?? 0) + 1);
    this.#options.clock.after(this.#options.timing.fencingRetryMs, () => this.fenceLost());
  }
}
