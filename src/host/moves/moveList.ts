import type { VmRecord } from '../ports/hypervisor.ts';
import type { Candidate } from './decide.ts';
import type { MoveRequest } from './requests.ts';
import type { Moves, MovingVm } from './state.ts';

/** One VM that is to be moved, and how far that is. */
export interface Move extends Candidate {
  excluded: { host: string; reason: string }[];
  state: MovingVm['state'];
  goesTo?: string;
  percent?: number;
  reason?: string;
  sharedDisks: boolean;
  laterTries: number;
  /** Unix milliseconds; not to be tried before. */
  notBefore: number;
}

/** What the list needs to know of the VMs that run here. */
export interface VmsHere {
  vms: readonly VmRecord[];
  candidateOf(vm: VmRecord): Omit<Candidate, 'to'>;
  sharedDisks(vm: VmRecord): boolean;
}

const laterMs = 15_000;
const activeStates: readonly VmRecord['state'][] = ['running', 'paused', 'suspended', 'shutting-down'];

/** All that this run of moves has to do and has done. */
export class MoveList {
  readonly #moves = new Map<string, Move>();
  #requests: MoveRequest[] = [];
  readonly #startedAt: number;
  #endedAt: number | undefined;

  constructor(now: number) {
    this.#startedAt = now;
  }

  /** Takes up what was asked for since the last look. A VM that has come to an end is not begun again. */
  take(requests: readonly MoveRequest[], here: VmsHere): void {
    for (const request of requests) {
      const known = this.#requests.some((one) => JSON.stringify(one) === JSON.stringify(request));
      if (!known) this.#requests.push(request);
      if (request.kind === 'evacuate') for (const vm of here.vms) this.#take(vm, here);
      else if (!known) this.#takeOne(request, here);
    }
  }

  #take(vm: VmRecord, here: VmsHere, to?: string): void {
    if (this.#moves.has(vm.uuid) || !activeStates.includes(vm.state)) return;
    const candidate = here.candidateOf(vm);
    this.#moves.set(vm.uuid, {
      ...candidate,
      excluded: [...candidate.excluded],
      state: 'waiting',
      sharedDisks: here.sharedDisks(vm),
      laterTries: 0,
      notBefore: 0,
      ...(to === undefined ? {} : { to }),
    });
  }

  #takeOne(request: Extract<MoveRequest, { kind: 'vm' }>, here: VmsHere): void {
    const before = this.#moves.get(request.uuid);
    // Asked for again, it is tried again; on its way it is not called back.
    if (before !== undefined && before.state !== 'moving') this.#moves.delete(request.uuid);
    const vm = here.vms.find(({ uuid }) => uuid === request.uuid);
    if (vm !== undefined) this.#take(vm, here, request.to);
  }

  get(uuid: string): Move | undefined {
    return this.#moves.get(uuid);
  }

  ready(now: number): Move[] {
    return this.#in('waiting').filter(({ notBefore }) => notBefore <= now);
  }

  moving(): Move[] {
    return this.#in('moving');
  }

  /** Not at an end. */
  open(): Move[] {
    return [...this.#in('waiting'), ...this.#in('moving')];
  }

  requests(): readonly MoveRequest[] {
    return this.#requests;
  }

  begin(move: Move, to: string): void {
    move.state = 'moving';
    move.goesTo = to;
    delete move.percent;
    delete move.reason;
  }

  /** `doubt`: what of it is not in order yet. */
  moved(move: Move, doubt: string | undefined): void {
    move.state = 'moved';
    delete move.percent;
    if (doubt !== undefined) move.reason = doubt;
  }

  /** After a try it has failed; without one it stays. */
  stays(move: Move, reason: string): void {
    move.state = move.goesTo === undefined || reason.includes('cancelled') ? 'stays' : 'failed';
    move.reason = reason;
    delete move.percent;
  }

  /** That host cannot have it; whether another can, the next plan tells. */
  refused(move: Move, host: string, reason: string): void {
    move.state = 'waiting';
    move.excluded.push({ host, reason: reason.replace(/\.$/, '') });
    move.reason = reason;
    delete move.percent;
  }

  later(move: Move, now: number, reason: string): void {
    move.state = 'waiting';
    move.laterTries += 1;
    move.notBefore = now + laterMs;
    move.reason = reason;
    delete move.percent;
  }

  end(now: number): void {
    this.#endedAt = now;
  }

  /** VMs that were to be moved and were not. */
  left(): number {
    return this.#in('failed').length + this.#in('stays').length;
  }

  moves(cancelled: boolean): Moves {
    return {
      reason: this.#requests[0]?.reason ?? 'maintenance',
      startedAt: this.#startedAt,
      ...(this.#endedAt === undefined ? {} : { endedAt: this.#endedAt }),
      cancelled,
      vms: [...this.#moves.values()].map(({ uuid, name, state, goesTo, to, percent, reason }) => {
        const target = goesTo ?? to;
        return {
          uuid,
          name,
          state,
          ...(target === undefined ? {} : { to: target }),
          ...(percent === undefined ? {} : { percent }),
          ...(reason === undefined ? {} : { reason }),
        };
      }),
    };
  }

  #in(state: Move['state']): Move[] {
    return [...this.#moves.values()].filter((move) => move.state === state);
  }
}
