import { toErrorInfo } from '../../contract/errors.ts';
import type { Host } from '../host.ts';
import { decideMoves } from './decide.ts';
import { finishOld } from './finishOld.ts';
import { handOver } from './handover.ts';
import { type Move, MoveList } from './moveList.ts';
import { dropRequest, readRequests } from './requests.ts';
import { MovesDisplay } from './state.ts';
import { type Surroundings, surroundingsOf } from './surroundings.ts';
import { watchMembers } from './watchMembers.ts';

const lookAgainMs = 3000;
const expectTimeoutMs = 10_000;
/** A VM with which the hypervisor is busy (a backup, a move that somebody else began) is tried again so often. */
const busyTries = 40;
/** Hosts that do not answer are asked again so often. */
const silentTries = 8;

/**
 * Moves what this host was asked to move, until nothing is left to do. One move at a time to each host: two would share the same
 * wire, and both take twice as long. When `signal` is aborted, VMs on their way stay here. Resolves with the number of VMs
 * that were to be moved and were not.
 */
export async function runMoves(host: Host, signal: AbortSignal): Promise<number> {
  return await host.exclusively('moves', () => new Mover(host, signal).run());
}

class Mover {
  readonly #host: Host;
  readonly #signal: AbortSignal;
  readonly #list: MoveList;
  readonly #display: MovesDisplay;
  /** By target. */
  readonly #active = new Map<string, Promise<void>>();
  readonly #aborts = new Map<string, AbortController>();

  constructor(host: Host, signal: AbortSignal) {
    this.#host = host;
    this.#signal = signal;
    this.#list = new MoveList(host.clock.now());
    this.#display = new MovesDisplay(host);
  }

  async run(): Promise<number> {
    await finishOld(this.#host);
    const members = watchMembers(this.#host, (lost) => this.#aborts.get(lost)?.abort());
    const cancel = (): void => {
      for (const abort of this.#aborts.values()) abort.abort();
    };
    this.#signal.addEventListener('abort', cancel);
    try {
      await this.#rounds();
    } finally {
      members.stop();
      this.#signal.removeEventListener('abort', cancel);
      await Promise.all(this.#active.values());
    }
    return await this.#finish();
  }

  async #rounds(): Promise<void> {
    while (!this.#signal.aborted) {
      const around = await surroundingsOf(this.#host);
      this.#list.take(await readRequests(this.#host), around);
      const ready = this.#list.ready(this.#host.clock.now());
      if (ready.length > 0) this.#begin(ready, around);
      await this.#show();
      if (this.#active.size === 0 && this.#list.open().length === 0) return;
      const next = this.#host.clock.sleep(lookAgainMs, this.#signal).catch(() => undefined);
      await Promise.race([...this.#active.values(), next]);
    }
  }

  #begin(ready: readonly Move[], around: Surroundings): void {
    const moving = this.#list.moving();
    const decisions = decideMoves({
      ...around,
      candidates: ready,
      onTheWay: moving.map((vm) => ({ vm, to: vm.goesTo ?? '' })),
    });
    for (const decision of decisions) {
      const move = this.#list.get(decision.uuid);
      if (move === undefined) continue;
      if ('stays' in decision) this.#stays(move, decision.stays, around);
      else if (!this.#active.has(decision.to)) this.#start(move, decision.to, around);
    }
  }

  /** Not the last word while a host that might take it is silent. */
  #stays(move: Move, reason: string, { silent }: Surroundings): void {
    const hopeful = move.unmovable === undefined && silent.length > 0 && move.laterTries < silentTries;
    if (hopeful) this.#list.later(move, this.#host.clock.now(), reason);
    else this.#list.stays(move, reason);
  }

  #start(move: Move, to: string, around: Surroundings): void {
    this.#list.begin(move, to);
    const abort = new AbortController();
    this.#aborts.set(to, abort);
    const work = this.#move(move, to, around, abort.signal).finally(() => {
      this.#active.delete(to);
      this.#aborts.delete(to);
    });
    this.#active.set(to, work);
  }

  /** Never rejects: what went wrong is the move's own. */
  async #move(move: Move, to: string, around: Surroundings, signal: AbortSignal): Promise<void> {
    const { uuid, name } = move;
    const { peers, hypervisor, log } = this.#host;
    try {
      const { home } = await peers.call(
        to,
        'vm.expect',
        { uuid, name },
        { timeoutMs: expectTimeoutMs, signal },
      );
      await hypervisor.migrate(uuid, to, {
        signal,
        sharedDisks: move.sharedDisks,
        onProgress: (percent) => {
          move.percent = percent;
          this.#display.progress(this.#list.moves(this.#signal.aborted));
        },
      });
      log.info({ vm: name, to }, 'a VM was moved');
      // From here on it is there, whatever happens, and cannot be called back.
      const others = around.members.filter((member) => member !== around.self);
      this.#list.moved(move, await handOver(this.#host, { uuid, name, to }, { others, toHome: home }));
    } catch (error) {
      log.warn({ error, vm: name, to }, 'a VM could not be moved');
      await this.#failed(move, to, error);
    }
    await this.#show();
  }

  async #failed(move: Move, to: string, error: unknown): Promise<void> {
    const { kind, message, remedy } = toErrorInfo(error);
    if (move.state === 'moved') return;
    if (await this.#arrivedAllTheSame(move, to)) return;
    if (this.#signal.aborted) this.#list.stays(move, 'The move was cancelled.');
    else if (kind === 'busy' && move.laterTries < busyTries)
      this.#list.later(move, this.#host.clock.now(), message);
    else if (kind === 'cancelled') this.#list.refused(move, to, `${to} was lost while the VM was on its way`);
    else this.#list.refused(move, to, [message, remedy].filter((part) => part !== undefined).join(' '));
  }

  /** The word that it has arrived may be lost with a connection: then the VM itself tells. */
  async #arrivedAllTheSame(move: Move, to: string): Promise<boolean> {
    try {
      const around = await surroundingsOf(this.#host);
      if (around.runsHere(move.uuid) || !around.runsOn(move.uuid, to)) return false;
      const others = around.members.filter((member) => member !== around.self);
      const vm = { uuid: move.uuid, name: move.name, to };
      this.#list.moved(move, await handOver(this.#host, vm, { others, toHome: false }));
      return true;
    } catch (error) {
      this.#host.log.warn({ error, vm: move.name }, 'where a VM is after a failed move is not known');
      return false;
    }
  }

  async #finish(): Promise<number> {
    const cancelled = this.#signal.aborted;
    for (const move of this.#list.open()) this.#list.stays(move, 'The move was cancelled.');
    this.#list.end(this.#host.clock.now());
    for (const request of this.#list.requests()) await dropRequest(this.#host, request);
    if (cancelled)
      for (const request of await readRequests(this.#host)) await dropRequest(this.#host, request);
    await this.#display.show(this.#list.moves(cancelled));
    return this.#list.left();
  }

  async #show(): Promise<void> {
    await this.#display.show(this.#list.moves(this.#signal.aborted));
  }
}
