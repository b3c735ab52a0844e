import type { FailoverRecord, StartAttempt } from '../../contract/failover.ts';
import type { JournalEvent, JournalLine } from './journalEvents.ts';

/** What the journal of one quorum disk says of a VM. */
export interface JournaledVm {
  uuid: string;
  name: string;
  attempts: StartAttempt[];
  /**
   * `starting`: an owner was about to have it started on `host`, or had; nobody knows what became of it. `hung`: it may yet
   * come up on `host`. `running`: it ran on `host` when last heard of. `free`: nothing of it runs anywhere, as far as this
   * journal knows.
   */
  state: 'free' | 'starting' | 'hung' | 'running';
  host?: string;
  handedTo?: string;
  handedAt?: number;
}

export interface JournalState {
  id: string;
  kind: FailoverRecord['kind'];
  homes: string[];
  owners: { host: string; from: number }[];
  begunAt: number;
  plannedAt?: number;
  /** By the first plan that had it, by uuid. */
  planned: Map<string, { host: string; position: number }>;
  loss: string;
  ended: boolean;
  endedAt?: number;
  vms: Map<string, JournaledVm>;
}

/** The takeover that the journal is about: the last one that began. Undefined: none did. */
export function replay(lines: readonly JournalLine[]): JournalState | undefined {
  const begun = lines.filter(({ event }) => event.what === 'begun').at(-1);
  if (begun === undefined) return undefined;
  let state: JournalState | undefined;
  for (const line of lines) {
    if (line.id !== begun.id) continue;
    if (line.event.what === 'begun') state = begin(state, line, line.event);
    else if (state !== undefined) apply(state, line.event, line.at);
  }
  return state;
}

function begin(
  state: JournalState | undefined,
  { id, at }: JournalLine,
  { owner, kind, homes, loss }: Extract<JournalEvent, { what: 'begun' }>,
): JournalState {
  const from = { host: owner, from: at };
  if (state === undefined)
    return {
      id,
      kind,
      homes,
      owners: [from],
      begunAt: at,
      loss,
      ended: false,
      planned: new Map(),
      vms: new Map(),
    };
  const same = state.owners.at(-1)?.host === owner;
  return { ...state, homes, loss, ended: false, owners: same ? state.owners : [...state.owners, from] };
}

function apply(state: JournalState, event: JournalEvent, at: number): void {
  switch (event.what) {
    case 'begun':
    case 'surveyed':
    case 'down':
    case 'refused':
      return;
    case 'planned':
      state.plannedAt ??= at;
      for (const { uuid, host, position } of event.vms) {
        if (host === null || position === undefined || state.planned.has(uuid)) continue;
        state.planned.set(uuid, { host, position });
      }
      return;
    case 'starting': {
      const vm = vmOf(state, event.uuid, event.name);
      const goesOn = vm.attempts.some(({ host, outcome }) => host === event.host && outcome === undefined);
      if (!goesOn) vm.attempts.push({ host: event.host, startedAt: at });
      vm.state = 'starting';
      vm.host = event.host;
      return;
    }
    case 'started':
      settle(vmOf(state, event.uuid), event.host, at, 'running');
      return;
    case 'failed':
      settle(vmOf(state, event.uuid), event.host, at, 'failed', event.reason);
      return;
    case 'hung':
      settle(vmOf(state, event.uuid), event.host, at, 'hung', event.reason);
      if (event.stopped) free(vmOf(state, event.uuid));
      return;
    case 'elsewhere': {
      const vm = vmOf(state, event.uuid);
      vm.state = 'running';
      vm.host = event.host;
      return;
    }
    case 'lost': {
      const vm = vmOf(state, event.uuid);
      const last = vm.attempts.at(-1);
      if (last !== undefined && last.outcome === undefined) {
        Object.assign(last, { outcome: 'unknown', endedAt: at, reason: event.reason });
      }
      free(vm);
      return;
    }
    case 'handed': {
      const vm = vmOf(state, event.uuid, event.name);
      vm.handedTo = event.host;
      vm.handedAt = at;
      return;
    }
    case 'ended':
      state.ended = true;
      state.endedAt = at;
  }
}

function vmOf(state: JournalState, uuid: string, name?: string): JournaledVm {
  const vm = state.vms.get(uuid) ?? { uuid, name: name ?? uuid, attempts: [], state: 'free' };
  if (name !== undefined) vm.name = name;
  state.vms.set(uuid, vm);
  return vm;
}

function settle(
  vm: JournaledVm,
  host: string,
  at: number,
  outcome: 'running' | 'failed' | 'hung',
  reason?: string,
): void {
  const attempt = vm.attempts.findLast((one) => one.host === host && one.outcome === undefined);
  if (attempt !== undefined) {
    Object.assign(attempt, { outcome, endedAt: at, ...(reason === undefined ? {} : { reason }) });
  }
  if (outcome === 'failed') free(vm);
  else {
    vm.state = outcome;
    vm.host = host;
  }
}

function free(vm: JournaledVm): void {
  vm.state = 'free';
  delete vm.host;
}
