import { MinimeError } from '../../contract/errors.ts';
import type { ResourceFailure } from '../../host/ports/clusterEngine.ts';
import type { WorldClock } from '../time/worldClock.ts';
import type { Boot } from '../world/boot.ts';

/** What a group is made of, as its agents do it. All reject with why it failed. */
export interface Resources {
  mount(boot: Boot, home: string): Promise<void>;
  check(boot: Boot, home: string): Promise<void>;
  startAgent(boot: Boot, home: string): Promise<void>;
  /** Waits until what the agent started has ended. */
  stopAgent(boot: Boot, home: string): Promise<void>;
  unmount(boot: Boot, home: string): Promise<void>;
}

export interface GroupsOptions {
  clock: WorldClock;
  homes: readonly string[];
  resources: Resources;
  /** Hosts that may run groups, in order of preference after home; empty without quorum. */
  candidates: () => readonly Boot[];
  /** Whether it is still unknown what became of a host that may hold this group. */
  inDoubt: (holder: Boot | undefined) => boolean;
  hasQuorum: (boot: Boot) => boolean;
  tell: (text: string) => void;
  onChange: () => void;
}

interface Group {
  home: string;
  /** Who has it, or had it last, as far as the side with quorum knows. */
  on: Boot | undefined;
  state: 'stopped' | 'starting' | 'started' | 'stopping';
  /** Where it did not start, of late. */
  refusedBy: Set<Boot>;
  busy: boolean;
}

const monitorEveryMs = 15_000;

/** `failure-timeout` of the groups that deployment makes: after it a host that refused is asked again. */
const failureTimeoutMs = 120_000;

function reasonOf(error: unknown): string {
  if (!(error instanceof MinimeError)) return (error as Error).message;
  const { message, cause } = error.info;
  return cause === undefined ? message : `${message} ${cause}`;
}

/** One group per host, quorum disk and agent, of which exactly one host has each: home if it can, else the first that can. */
export class Groups {
  readonly #options: GroupsOptions;
  readonly #groups: Group[];
  readonly failures: ResourceFailure[] = [];

  constructor(options: GroupsOptions) {
    this.#options = options;
    this.#groups = options.homes.map((home) => ({
      home,
      on: undefined,
      state: 'stopped',
      refusedBy: new Set(),
      busy: false,
    }));
  }

  /** Where it is started, or is being. */
  placement(home: string): Pick<Group, 'on' | 'state'> | undefined {
    return this.#groups.find((group) => group.home === home);
  }

  holds(boot: Boot): boolean {
    return this.#groups.some(({ on, state }) => on === boot && state !== 'stopped');
  }

  /** Brings every group where it belongs. To be called whenever that may have changed. */
  settle(): void {
    for (const group of this.#groups) void this.#settle(group);
  }

  /** The admin has repaired what kept groups from starting. */
  cleanUp(): void {
    this.failures.length = 0;
    for (const group of this.#groups) group.refusedBy.clear();
    this.settle();
  }

  /** The host lets go of all that it has, wherever that goes then. */
  async release(boot: Boot): Promise<void> {
    for (const group of this.#groups) {
      if (group.on === boot && group.state === 'started') await this.#stop(group, 'the engine stops');
    }
  }

  async #settle(group: Group): Promise<void> {
    if (group.busy) return;
    group.busy = true;
    try {
      for (let step = this.#nextStep(group); step !== undefined; step = this.#nextStep(group)) {
        this.#options.onChange();
        const done = step();
        // What a host was doing when it died is never done.
        await Promise.race([done, ...(group.on === undefined ? [] : [group.on.ended])]);
        this.#options.onChange();
      }
    } finally {
      group.busy = false;
    }
  }

  #nextStep(group: Group): (() => Promise<void>) | undefined {
    const { candidates, inDoubt, hasQuorum } = this.#options;
    const { home, on } = group;
    const apart = on !== undefined && !on.life.over && !hasQuorum(on);
    // A host without quorum stops by itself, of which the others know nothing: for them it holds the group until it is fenced.
    if (apart && group.state === 'started') return () => this.#stop(group, 'no quorum');
    if (inDoubt(on)) return undefined;
    if (on !== undefined && (on.life.over || group.state === 'stopped')) this.#gone(group);
    const able = candidates().filter((boot) => !group.refusedBy.has(boot));
    const wanted = able.find(({ host }) => host === home) ?? able[0];
    if (group.on === undefined) return wanted === undefined ? undefined : () => this.#start(group, wanted);
    return wanted === group.on || candidates().length === 0 ? undefined : () => this.#stop(group, 'it moves');
  }

  async #start(group: Group, boot: Boot): Promise<void> {
    const { resources, tell } = this.#options;
    const { home } = group;
    group.on = boot;
    group.state = 'starting';
    try {
      await this.#unlessOver(boot, resources.mount(boot, home));
      tell(`quorum disk of ${home} mounted on ${boot.host}`);
    } catch (error) {
      this.#refused(group, boot, `quorum-disk-${home}`, error);
      return;
    }
    await this.#unlessOver(boot, resources.startAgent(boot, home));
    group.state = 'started';
    this.#monitor(group, boot);
  }

  async #stop(group: Group, why: string): Promise<void> {
    const { resources, tell } = this.#options;
    const { home, on } = group;
    if (on === undefined) return;
    group.state = 'stopping';
    await this.#unlessOver(on, resources.stopAgent(on, home));
    await this.#unlessOver(on, resources.unmount(on, home));
    tell(`quorum disk of ${home} unmounted from ${on.host}: ${why}`);
    group.state = 'stopped';
  }

  #gone(group: Group): void {
    group.on = undefined;
    group.state = 'stopped';
  }

  #refused(group: Group, boot: Boot, resource: string, error: unknown): void {
    const reason = reasonOf(error);
    this.#options.tell(`quorum disk of ${group.home} not mounted on ${boot.host}: ${reason}`);
    this.failures.push({ resource, operation: 'start', node: boot.host, reason });
    group.refusedBy.add(boot);
    this.#gone(group);
    this.#options.clock.after(failureTimeoutMs, () => {
      if (group.refusedBy.delete(boot)) this.settle();
    });
  }

  #monitor(group: Group, boot: Boot): void {
    const { clock, resources, tell } = this.#options;
    const isStill = (): boolean => group.on === boot && group.state === 'started' && !boot.life.over;
    const look = async (): Promise<void> => {
      if (!isStill()) return;
      try {
        await resources.check(boot, group.home);
        clock.after(monitorEveryMs, () => void look());
      } catch (error) {
        if (!isStill()) return;
        const message = reasonOf(error);
        tell(`quorum disk of ${group.home} fails on ${boot.host}: ${message}`);
        const resource = `quorum-disk-${group.home}`;
        this.failures.push({ resource, operation: 'monitor', node: boot.host, reason: message });
        if (group.busy) return;
        group.busy = true;
        await Promise.race([this.#stop(group, 'it failed'), boot.ended]);
        group.busy = false;
        void this.#settle(group);
      }
    };
    clock.after(monitorEveryMs, () => void look());
  }

  #unlessOver<T>(boot: Boot, promise: Promise<T>): Promise<T> {
    return boot.life.receive(promise);
  }
}
