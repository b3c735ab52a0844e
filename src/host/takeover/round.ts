import { toErrorInfo } from '../../contract/errors.ts';
import type { FailoverRecord } from '../../contract/failover.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Policy } from '../../contract/policy.ts';
import { drillOf, endDrill } from '../drill/begin.ts';
import { begunMessage, endedMessage } from '../notify/message.ts';
import { Agents } from './agents.ts';
import { isSettled, toHandOver } from './board.ts';
import { closeEnded, closeOrphans } from './closeRecord.ts';
import type { TakeoverWorld } from './deps.ts';
import type { Handover } from './handover.ts';
import type { HomeWatch, ReadyHome } from './homes.ts';
import { isIdle, join, type ReadReady, readReady, toContinue } from './join.ts';
import { lastKnownHosts } from './lastKnown.ts';
import { launch } from './launch.ts';
import { dropGoneDisks, replanLost } from './losses.ts';
import { pause } from './patience.ts';
import { isPlanningDue, planNow, refreshMembers } from './planning.ts';
import type { ReadOptions } from './readHome.ts';
import type { JournalState } from './replay.ts';
import { RoundLock } from './roundLock.ts';
import { changed, newRoundState, type RoundState, recordNow, report } from './roundState.ts';
import { nextStarts, openTiers } from './schedule.ts';

const tickMs = 1000;
const lookEveryMs = 2000;
/** Handing over goes on after that, but the takeover counts as ended. */
const handoverMs = 30_000;
/** How long starts under way are waited for when the takeover is stopped. */
const stopMs = 15_000;
/** How long, and how often, VMs for which there was no host are planned again while a host is silent. */
const silentMs = 60_000;
const retryMs = 10_000;

export interface RoundOptions {
  world: TakeoverWorld;
  kind: FailoverRecord['kind'];
  policy: Policy;
  policyProblems: readonly Finding[];
  signal: AbortSignal;
  handover: Handover;
  /** Where homes that arrive later come from; absent: none do. */
  watch?: HomeWatch;
  readOptions: (home: ReadyHome) => ReadOptions;
  /** Whether a takeover that has ended was that of this very failure, by a process of this host that this one waited for. */
  isCaredFor?: (ended: JournalState) => boolean;
  show: () => Promise<void>;
  /** Told before there is a record of it: a record that nobody says to carry on looks interrupted. */
  onBegin: (state: RoundState) => Promise<void>;
  /** Told once, as soon as nothing is left to be started. */
  onSettled?: () => Promise<void>;
}

/** One takeover from its beginning to its end, or until it is stopped. */
export class Round {
  readonly #options: RoundOptions;
  readonly #state: RoundState;
  readonly #tasks = new Set<Promise<void>>();
  readonly #agents = new Agents();
  /** Hosts that were silent: they are not waited for a second time. */
  readonly #hurried = new Set<string>();
  #retriedAt = 0;
  #planning = false;
  #takingIn: Promise<void> | undefined;
  #lookedAt = 0;
  #settledAt: number | undefined;
  #toldSettled = false;
  readonly #clusterLock: RoundLock;

  private constructor(options: RoundOptions, state: RoundState) {
    this.#options = options;
    this.#state = state;
    const { signal, show } = options;
    this.#clusterLock = new RoundLock({ state, signal, show, onTrouble: (error) => this.#trouble(error) });
  }

  /** Without a round if none of the disks can be read, or none of them has a VM that anything is to be done about. */
  static async begin(
    options: RoundOptions,
    homes: readonly ReadyHome[],
  ): Promise<{ round?: Round; unreadable: Finding[] }> {
    const { world, kind, policy, policyProblems, watch } = options;
    const unreadable: Finding[] = [];
    const lastKnown = lastKnownHosts(await world.records());
    const readOptions = (home: ReadyHome): ReadOptions => ({ ...options.readOptions(home), lastKnown });
    const read = await readReady(homes, readOptions, (home, finding) => {
      unreadable.push(finding);
      watch?.again(home.disk);
    });
    await closeEnded(world, read);
    const due = read.filter((one) => !isIdle(one, policy, options.isCaredFor));
    for (const { home } of read) if (!due.some((one) => one.home === home)) watch?.done(home.disk);
    if (due.length === 0) return { unreadable };
    const journal = toContinue(due, kind);
    const now = world.clock.now();
    const before = journal?.owners ?? [];
    const same = before.at(-1)?.host === world.self;
    const stored = journal === undefined ? undefined : await world.storedRecord(journal.id);
    const state = newRoundState(world, {
      kind: journal?.kind ?? kind,
      atHome: kind === 'rejoin',
      policy,
      ...(journal === undefined ? {} : { id: journal.id }),
      ...(stored === undefined ? {} : { earlier: stored }),
      owners: same ? before : [...before, { host: world.self, from: now }],
      begunAt: journal?.begunAt ?? now,
      // Of the first owner; before it began, in any case.
      mountedAt: stored?.times.mounted ?? journal?.begunAt ?? now,
    });
    const failed = due.map(({ home }) => home.disk.home);
    // An owner before may have ended the drill, and have lost the disk before its journal said so.
    const drill = stored?.drill ?? (await drillOf(world.engine, failed, now));
    if (drill !== undefined && state.kind === 'takeover') state.drill = drill;
    for (const finding of [...policyProblems, ...unreadable]) report(state, finding);
    const round = new Round(options, state);
    await refreshMembers(state).catch((error: unknown) => round.#trouble(error));
    await options.onBegin(state);
    for (const { home } of due) await closeOrphans(world, home.disk.home, state.notes.id, state.members);
    await round.#join(due);
    const record = recordNow(state);
    // Not again by a program that was merely begun anew.
    if (record.kind === 'takeover' && !same) world.notify(begunMessage(record));
    return { round, unreadable };
  }

  /** True: it has ended. False: it was stopped, and another owner goes on with it. */
  async run(): Promise<boolean> {
    const { signal } = this.#options;
    try {
      while (!signal.aborted) {
        await this.#look();
        if (!(await this.#lock())) break;
        // All disks were moved away: who has them now goes on.
        if (this.#state.notes.disks.size === 0) break;
        this.#startTasks();
        await this.#options.show();
        if (await this.#isOver()) return true;
        await pause(this.#options.world.clock, tickMs, { signal, woken: this.#state.bell.wait() });
      }
      await this.#finishTasks();
      return false;
    } finally {
      await this.#clusterLock.giveBack();
    }
  }

  async #join(read: readonly ReadReady[]): Promise<void> {
    await join(this.#state, read);
    for (const { home } of read) this.#options.watch?.done(home.disk);
  }

  async #lock(): Promise<boolean> {
    if (this.#options.kind === 'rejoin' || this.#settledAt !== undefined) return true;
    return await this.#clusterLock.take();
  }

  /** Homes that came or went, and hosts that were lost. */
  async #look(): Promise<void> {
    const { world } = this.#options;
    if (world.clock.now() - this.#lookedAt < lookEveryMs) return;
    this.#lookedAt = world.clock.now();
    try {
      await dropGoneDisks(this.#state);
      await this.#takeIn();
      await refreshMembers(this.#state);
      if (await replanLost(this.#state, this.#options.handover)) this.#settledAt = undefined;
    } catch (error) {
      this.#trouble(error);
    }
  }

  /** Homes that came join, once, whoever asks for it. */
  #takeIn(): Promise<void> {
    this.#takingIn ??= this.#joinArrived().finally(() => {
      this.#takingIn = undefined;
    });
    return this.#takingIn;
  }

  async #joinArrived(): Promise<void> {
    const { watch, readOptions } = this.#options;
    if (watch === undefined || this.#settledAt !== undefined) return;
    const read = await readReady(await watch.look(), readOptions, (_home, finding) =>
      report(this.#state, finding),
    );
    if (read.length > 0) await this.#join(read);
  }

  #startTasks(): void {
    const { vms, policy, world } = this.#state;
    const { signal } = this.#options;
    if (!this.#planning && isPlanningDue(this.#state)) {
      this.#planning = true;
      this.#task(
        planNow(this.#state, this.#hurried, () => this.#takeIn())
          .catch(async (error: unknown) => {
            this.#trouble(error);
            await pause(world.clock, tickMs, { signal });
          })
          .finally(() => {
            this.#planning = false;
          }),
      );
    }
    const open = openTiers(vms, policy, this.#agents, world.clock.now());
    for (const vm of nextStarts(vms, open, policy.takeover.startsPerHost)) {
      this.#task(launch(this.#state, vm, () => !signal.aborted));
    }
    this.#options.handover.offer(this.#state);
    const asked = this.#agents.ask(this.#state, open, signal);
    if (asked !== undefined) this.#task(asked);
  }

  #task(work: Promise<void>): void {
    const task = work
      .catch((error: unknown) => this.#trouble(error))
      .then(() => {
        this.#tasks.delete(task);
        this.#state.bell.ring();
      });
    this.#tasks.add(task);
  }

  async #isOver(): Promise<boolean> {
    const { vms, world, notes, losses } = this.#state;
    if (this.#tasks.size > 0 || !vms.every(isSettled)) {
      this.#settledAt = undefined;
      return false;
    }
    const now = world.clock.now();
    if (this.#mayGetHosts(now)) return false;
    if (this.#settledAt === undefined) {
      // Nothing more is planned: other owners need not wait for what is still to be handed over.
      this.#settledAt = now;
      await this.#clusterLock.giveBack();
      if (!this.#toldSettled) await this.#options.onSettled?.();
      this.#toldSettled = true;
    }
    if (vms.some((vm) => toHandOver(vm).length > 0) && now - this.#settledAt < handoverMs) return false;
    this.#state.endedAt = Math.floor(world.clock.now());
    // Kept here before the journal says so: what has ended is not looked into again.
    await world.saveRecord(recordNow(this.#state));
    await notes.write([...losses.keys()], { what: 'ended' });
    changed(this.#state);
    const record = recordNow(this.#state);
    if (record.kind === 'takeover') world.notify(endedMessage(record));
    if (record.drill !== undefined) await endDrill(world.engine, record.failed);
    return true;
  }

  /** VMs without a host are planned again for a while as long as hosts are silent: one of these may yet answer and have room. */
  #mayGetHosts(now: number): boolean {
    const waiting = this.#state.vms.filter(({ phase, noHost }) => phase === 'down' && noHost === true);
    if (waiting.length === 0 || this.#hurried.size === 0) return false;
    if (now - this.#state.boardedAt > silentMs) return false;
    if (now - this.#retriedAt < retryMs) return true;
    this.#retriedAt = now;
    for (const vm of waiting) {
      vm.phase = 'to-plan';
      vm.reasons = [];
    }
    return true;
  }

  async #finishTasks(): Promise<void> {
    const all = Promise.all(this.#tasks).then(() => undefined);
    await pause(this.#options.world.clock, stopMs, { woken: all });
  }

  /** Something went wrong that is tried again at the next turn. */
  #trouble(error: unknown): void {
    const { message, cause } = toErrorInfo(error);
    this.#options.world.log.error({ error }, 'a step of the takeover failed; it is tried again');
    report(this.#state, {
      id: 'takeover-step-failed',
      severity: 'warning',
      title: message,
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
