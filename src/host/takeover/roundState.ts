import type { Drill } from '../../contract/drill.ts';
import type { FailoverRecord } from '../../contract/failover.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Policy } from '../../contract/policy.ts';
import type { HostLoss } from '../ports/clusterEngine.ts';
import type { BoardVm } from './board.ts';
import type { TakeoverWorld } from './deps.ts';
import { Notes } from './notes.ts';
import { Bell } from './patience.ts';
import { recordOf } from './recordOf.ts';
import { RecordSender } from './recordSender.ts';

/** One takeover (or rejoin) as this owner knows it; everything that works on it shares this. */
export interface RoundState {
  readonly world: TakeoverWorld;
  readonly kind: FailoverRecord['kind'];
  /** The host starts its own VMs on itself. */
  readonly atHome: boolean;
  readonly policy: Policy;
  readonly notes: Notes;
  readonly bell: Bell;
  readonly owners: FailoverRecord['owners'];
  readonly begunAt: number;
  /** When this owner set to work. */
  readonly boardedAt: number;
  mountedAt: number;
  plannedAt?: number;
  endedAt?: number;
  /** By home. */
  readonly losses: Map<string, HostLoss>;
  vms: BoardVm[];
  /** By VM: for each start that is asked for, what tells that its host is dead. */
  readonly starts: Map<string, AbortController>;
  plan?: Plan;
  drill?: Drill;
  /** Its record as an owner before told it last. */
  readonly earlier?: FailoverRecord;
  /** For the record: whatever was out of order. */
  readonly findings: Map<string, Finding>;
  /** What is out of order now. */
  readonly problems: Map<string, Finding>;
  /** Members other than the failed hosts, this one included. */
  members: string[];
  readonly sender: RecordSender;
}

/** How a round begins, or where it goes on. */
export interface Beginning
  extends Pick<RoundState, 'kind' | 'atHome' | 'policy' | 'owners' | 'begunAt' | 'mountedAt' | 'earlier'> {
  /** Of the takeover that is carried on; absent: it begins. */
  id?: string;
}

/** Before anything is known of failed hosts and their VMs. */
export function newRoundState(world: TakeoverWorld, { id, ...beginning }: Beginning): RoundState {
  const now = world.clock.now();
  const state: RoundState = {
    ...beginning,
    world,
    notes: new Notes(id ?? world.newId(), world, (finding) => report(state, finding)),
    bell: new Bell(),
    boardedAt: now,
    losses: new Map(),
    vms: [],
    starts: new Map(),
    findings: new Map(),
    problems: new Map(),
    members: [],
    sender: new RecordSender({
      self: world.self,
      clock: world.clock,
      peers: world.peers,
      members: () => state.members.filter((host) => host !== world.self),
      save: (record) => world.saveRecord(record),
    }),
  };
  return state;
}

const keyOf = ({ id, host, subject }: Finding): string => [id, host, subject].join(' ');

export function report(state: RoundState, finding: Finding): void {
  const key = keyOf(finding);
  if (!state.findings.has(key)) state.world.log.warn({ finding }, finding.title);
  state.findings.set(key, finding);
  state.problems.set(key, finding);
}

/** It is in order again; the record keeps that it was not. */
export function clear(state: RoundState, finding: Finding): void {
  state.problems.delete(keyOf(finding));
}

export const recordNow = (state: RoundState): FailoverRecord =>
  recordOf({
    ...state,
    id: state.notes.id,
    clusterId: state.world.clusterId,
    failed: [...state.losses.keys()],
    findings: [...state.findings.values()],
  });

/** Something changed: others are to know, and whoever waits goes on. */
export function changed(state: RoundState): void {
  state.sender.update(recordNow(state));
  state.bell.ring();
}

/** Another reason in words, once. */
export function explain(vm: BoardVm, ...reasons: string[]): void {
  for (const reason of reasons) if (!vm.reasons.includes(reason)) vm.reasons.push(reason);
}
