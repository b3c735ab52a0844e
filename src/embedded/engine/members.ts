import type { WorldClock } from '../time/worldClock.ts';
import type { Timing } from '../timing.ts';
import type { Boot } from '../world/boot.ts';
import type { Happenings } from './happenings.ts';
import { hasQuorum, sidesOf } from './membership.ts';
import { Silence } from './silence.ts';

export interface MembersOptions {
  clock: WorldClock;
  timing: Timing;
  /** Names of all hosts, in the order in which they are preferred. */
  hosts: readonly string[];
  connected: (a: string, b: string) => boolean;
  tell: (text: string) => void;
  happenings: Happenings;
}

/** Who is there, as each host sees it, and which side has quorum: what Corosync does. */
export class Members {
  readonly #options: MembersOptions;
  readonly #up = new Map<string, Boot>();
  readonly #views = new Map<Boot, readonly Boot[]>();
  readonly #sawAll = new Set<Boot>();
  readonly #silence = new Silence();

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  /** Hosts whose engine runs, in order of preference. */
  get up(): Boot[] {
    return this.#options.hosts.flatMap((host) => this.#up.get(host) ?? []);
  }

  /** It is alone until hosts agree again. */
  join(boot: Boot): void {
    this.#up.set(boot.host, boot);
    this.#views.set(boot, [boot]);
    boot.life.onEnd(() => this.#silence.noteDead(boot, this.#options.clock.now()));
    this.networkChanged();
  }

  /** To be told whenever it may be different who hears whom. */
  networkChanged(): void {
    this.#silence.note(this.up, this.#options.connected, this.#options.clock.now());
  }

  /** Whom this host takes for members, itself included. */
  seenBy(boot: Boot): readonly string[] {
    return (this.#views.get(boot) ?? []).map(({ host }) => host);
  }

  /** Hosts agree on who is there. Returns the side that has quorum, in order of preference; empty: none has. */
  agree(isFenced: (host: string) => boolean): readonly Boot[] {
    const { hosts, clock, timing, tell } = this.#options;
    const heardUntil = clock.now() - timing.detectionMs;
    for (const [host, boot] of this.#up) {
      const fenced = boot.life.over && isFenced(host);
      if (!boot.engineUp || fenced || this.#silence.isDeadSince(boot, heardUntil)) this.#up.delete(host);
    }
    const { up } = this;
    for (const boot of [...this.#views.keys()]) if (!up.includes(boot)) this.#views.delete(boot);
    const sides = sidesOf(up, (a, b) => {
      const silent = this.#silence.isSince(a, b, heardUntil);
      // Who heard each other until a moment ago still takes the other for a member.
      return silent === 'no' || (silent === 'for-a-moment' && this.#views.get(a)?.includes(b) === true);
    });
    for (const side of sides) {
      if (side.length === hosts.length) for (const boot of side) this.#sawAll.add(boot);
      const names = side.map(({ host }) => host).join(' ');
      const changed = side.some((boot) => this.seenBy(boot).join(' ') !== names);
      if (changed) tell(`members: ${names}${this.#mayAct(side) ? '' : ' (no quorum)'}`);
      for (const boot of side) {
        if (!this.#mayAct(side)) this.#noteLost(boot, side);
        this.#views.set(boot, side);
      }
    }
    return sides.find((side) => this.#mayAct(side)) ?? [];
  }

  /** Without quorum a host sees the others go, of which they themselves know nothing. */
  #noteLost(boot: Boot, side: readonly Boot[]): void {
    for (const other of this.#views.get(boot) ?? []) {
      if (side.some(({ host }) => host === other.host)) continue;
      const lost = { kind: 'host-lost', host: other.host, at: this.#options.clock.now() } as const;
      this.#options.happenings.note(lost, boot.host);
    }
  }

  #mayAct(side: readonly Boot[]): boolean {
    const sawAll = side.some((boot) => this.#sawAll.has(boot));
    return hasQuorum(side.length, this.#options.hosts.length, sawAll);
  }
}
