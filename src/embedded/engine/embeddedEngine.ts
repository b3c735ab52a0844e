import { MinimeError } from '../../contract/errors.ts';
import type { VirtualIp } from '../../contract/virtualIp.ts';
import type { HostLoss } from '../../host/ports/clusterEngine.ts';
import { sleepOn, type WorldClock } from '../time/worldClock.ts';
import type { Timing } from '../timing.ts';
import type { Boot } from '../world/boot.ts';
import { SharedDocuments } from './documents.ts';
import { Fencer } from './fencer.ts';
import { Groups, type Resources } from './groups.ts';
import { Happenings } from './happenings.ts';
import { Members } from './members.ts';
import { Standings } from './standings.ts';
import { VirtualIps } from './virtualIps.ts';

export interface EmbeddedEngineOptions {
  clock: WorldClock;
  timing: Timing;
  /** Names of all hosts, in the order in which they are preferred. */
  hosts: readonly string[];
  connected: (a: string, b: string) => boolean;
  linkUp: (link: number, a: string, b: string) => boolean;
  links: number;
  /** Whether it knows what it is to run; until then it runs nothing and fences nobody. */
  configured: () => boolean;
  fencingWorks: (host: string) => boolean;
  /** Resets the host, whatever it does. */
  reset: (host: string) => void;
  resources: Resources;
  tell: (text: string) => void;
}

/** Pacemaker: an election waits so long for hosts that may still be coming up. */
const startupGraceMs = 20_000;
/** Pacemaker's shutdown waits for its resources to stop. */
const leaveTimeoutMs = 120_000;
const leaveLookMs = 100;

/** What Corosync, Pacemaker and SBD do for the embedded hosts: membership, quorum, fencing, and one owner per group. */
export class EmbeddedEngine {
  readonly #options: EmbeddedEngineOptions;
  /** The side that has quorum, by order of preference; empty: none has. */
  #active: readonly Boot[] = [];
  /** Until then, in milliseconds of the world, nothing is started: hosts may still be coming up. */
  #graceUntil = 0;
  readonly #leaving = new Set<Boot>();
  /** Hosts that said goodbye and have not come back. */
  readonly #left = new Set<string>();
  readonly #standings = new Standings();
  readonly #members: Members;
  readonly #fencer: Fencer;
  readonly happenings = new Happenings();
  readonly documents = new SharedDocuments();
  readonly published = new SharedDocuments();
  readonly groups: Groups;
  readonly #virtualIps = new VirtualIps();

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
    const { clock, timing, hosts, connected, fencingWorks, reset, tell } = options;
    const { happenings } = this;
    this.#members = new Members({ clock, timing, hosts, connected, tell, happenings });
    this.#fencer = new Fencer({
      clock,
      timing,
      fencingWorks,
      reset,
      tell,
      standings: this.#standings,
      happenings,
      active: () => this.#active,
      onFenced: (host, how) => this.#isFenced(host, how),
      onChange: () => this.tellChanged(),
    });
    this.groups = new Groups({
      clock,
      homes: hosts,
      resources: options.resources,
      candidates: () => this.#candidates(),
      inDoubt: (holder) => this.#inDoubt(holder),
      hasQuorum: (boot) => this.hasQuorum(boot),
      tell,
      onChange: () => this.tellChanged(),
    });
  }

  /** The engine of this host has come up. */
  join(boot: Boot): void {
    boot.engineUp = true;
    this.#left.delete(boot.host);
    this.#members.join(boot);
    boot.life.onEnd(() => this.#after(this.#options.timing.detectionMs));
    this.#after(this.#options.timing.joinMs);
  }

  /** It was told what it is to run. */
  settle(): void {
    this.#look();
  }

  /** Its groups go elsewhere, then it says goodbye: nobody has to fence it. */
  async leave(boot: Boot): Promise<void> {
    this.#leaving.add(boot);
    // Nobody is there who would take them.
    if (!this.#options.configured()) await this.groups.release(boot);
    this.groups.settle();
    const end = this.#options.clock.now() + leaveTimeoutMs;
    while (this.groups.holds(boot) && this.#options.clock.now() < end) {
      await sleepOn(this.#options.clock, leaveLookMs);
    }
    this.#left.add(boot.host);
    this.#leaving.delete(boot);
    boot.engineUp = false;
    this.#look();
  }

  /** The network between hosts is different. */
  networkChanged(): void {
    const { hosts, links, linkUp, clock } = this.#options;
    this.happenings.noteLinks(hosts, links, linkUp, clock.now());
    this.#members.networkChanged();
    this.#after(this.#options.timing.joinMs);
    this.#after(this.#options.timing.detectionMs);
  }

  hasQuorum(boot: Boot): boolean {
    return this.#active.includes(boot);
  }

  /** Whom this host takes for members, itself included. */
  membersSeenBy(boot: Boot): readonly string[] {
    return this.#members.seenBy(boot);
  }

  lossOf(asker: Boot, target: string): HostLoss {
    if (this.membersSeenBy(asker).includes(target)) return { state: 'member' };
    if (!this.hasQuorum(asker)) return { state: 'unfenced' };
    const { unseen: _, ...loss } = this.#standings.of(target) ?? { state: 'unfenced' as const };
    return loss;
  }

  wasFencedSince(target: string, since: number): boolean {
    const standing = this.#standings.of(target);
    return standing?.state === 'fenced' && (standing.fencedAt ?? 0) >= since;
  }

  confirmFenced(asker: Boot, target: string): void {
    if (this.lossOf(asker, target).state === 'member') {
      throw new MinimeError({
        kind: 'conflict',
        message: `${target} is a member of the cluster: it is not off.`,
        host: asker.host,
      });
    }
    if (!this.hasQuorum(asker)) {
      throw new MinimeError({
        kind: 'tool-failed',
        message: `${asker.host} has no quorum: what it is told has no effect.`,
        host: asker.host,
      });
    }
    this.#isFenced(target, 'confirmed by hand');
  }

  /** Resolves when it is fenced. */
  async fence(asker: Boot, target: string): Promise<void> {
    await sleepOn(this.#options.clock, this.#options.timing.fencingMs);
    if (this.#fencer.attempt(target, `stonith_admin.${asker.host}`)) return;
    throw new MinimeError({
      kind: 'tool-failed',
      message: `${target} was not fenced.`,
      host: asker.host,
      remedy: 'Look at the fencing resources and their devices; until fencing works no takeover will start.',
    });
  }

  /** Whether the fence device reaches this host. */
  fencingWorks(host: string): boolean {
    return this.#options.fencingWorks(host);
  }

  /** As the side with quorum has them. */
  virtualIps(asker: Boot): VirtualIp[] {
    const holds = (holder: Boot | undefined): boolean => this.#inDoubt(holder);
    return this.#virtualIps.placed(this.documents.of(asker), this.#candidates(), holds);
  }

  /** As before any host was told of a cluster. */
  forget(): void {
    this.documents.clear();
    this.published.clear();
  }

  /** Newest first. */
  get history(): Fencer['history'] {
    return this.#fencer.history;
  }

  /** The first of the side with quorum, which decides for it. */
  get coordinator(): string | undefined {
    return this.#active[0]?.host;
  }

  #after(ms: number): void {
    this.#options.clock.after(ms, () => this.#look());
  }

  /** Hosts agree anew on who is there, and those with quorum act on it. */
  #look(): void {
    const active = this.#members.agree((host) => this.#standings.of(host)?.state === 'fenced');
    const { up } = this.#members;
    if (up.length === 0) this.#standings.forgetAll();
    const began = this.#active.length === 0 && active.length > 0;
    this.#active = active;
    for (const boot of up) {
      for (const shared of [this.documents, this.published]) {
        if (active.includes(boot)) shared.bringBack(boot);
        else shared.setApart(boot);
      }
    }
    if (active.length > 0) this.#judge(began);
    this.groups.settle();
    this.tellChanged();
  }

  /** What the side with quorum makes of those who are not on it. */
  #judge(began: boolean): void {
    const { clock, hosts, tell } = this.#options;
    const members = new Set(this.#active.map(({ host }) => host));
    // Where all come up together nobody was there to see the others return.
    const wasSeen = this.#active.some(({ host }) => this.#standings.of(host)?.state === 'member');
    let unseen = false;
    for (const host of hosts) {
      const before = this.#standings.of(host)?.state;
      if (members.has(host)) {
        if (before !== 'member' && wasSeen)
          this.happenings.note({ kind: 'host-returned', host, at: clock.now() });
        this.#standings.joined(host);
        this.#fencer.joined(host);
      } else if (before === undefined) {
        unseen = true;
      } else if (before === 'member') {
        const inOrder = this.#left.has(host);
        if (inOrder) this.#standings.left(host, clock.now());
        else this.#standings.lost(host, clock.now(), false);
        tell(`${host} ${inOrder ? 'has left' : 'is lost'}`);
        this.happenings.note({ kind: 'host-lost', host, at: clock.now() });
      }
    }
    if (!unseen) this.#graceUntil = 0;
    if (unseen && began) {
      this.#graceUntil = clock.elapsed() + startupGraceMs;
      clock.after(startupGraceMs, () => this.#missUnseen());
    }
    this.#fenceLost();
  }

  #fenceLost(): void {
    if (this.#options.configured()) this.#fencer.fenceLost();
  }

  #missUnseen(): void {
    if (this.#active.length === 0) return;
    for (const host of this.#options.hosts) {
      if (this.#standings.of(host) !== undefined) continue;
      this.#standings.lost(host, this.#options.clock.now(), true);
      this.#options.tell(`${host} was not seen since the cluster came up`);
    }
    this.#fenceLost();
    this.groups.settle();
    this.tellChanged();
  }

  #candidates(): readonly Boot[] {
    if (!this.#options.configured() || this.#options.clock.elapsed() < this.#graceUntil) return [];
    return this.#active.filter((boot) => !this.#leaving.has(boot));
  }

  #isFenced(target: string, how: string): void {
    this.#standings.fenced(target, this.#options.clock.now(), how);
    this.#options.tell(`${target} is fenced: ${how}`);
    const at = this.#options.clock.now();
    this.happenings.note({ kind: 'fenced', host: target, at, detail: how });
    this.#look();
  }

  /** Whether a host may still hold a group of which nobody can say what became. */
  #inDoubt(holder: Boot | undefined): boolean {
    // Nobody has noticed yet.
    if (holder?.life.over === true && this.#active.includes(holder)) return true;
    const unfenced = this.#standings.unfenced();
    if (unfenced.some((host) => this.#standings.of(host)?.unseen === true)) return true;
    return holder !== undefined && unfenced.includes(holder.host);
  }

  /** To whoever follows the engine. */
  tellChanged(): void {
    for (const boot of this.#members.up) for (const listener of boot.engineListeners) listener();
  }
}
