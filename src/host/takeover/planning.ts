import type { HostLoss } from '../ports/clusterEngine.ts';
import type { BoardVm } from './board.ts';
import { check, hostsInDoubt } from './check.ts';
import { pause } from './patience.ts';
import { type Placed, type Placement, placeAtHome, placeByPlan } from './place.ts';
import { peerSilent, waitingForRejoin } from './problems.ts';
import { changed, clear, explain, type RoundState, report } from './roundState.ts';
import { type Surveyed, survey } from './survey.ts';

/** How often a VM is looked for of which nobody can say whether it runs. */
const recheckMs = 5000;

/** How long VMs wait for hosts that start their own first. */
const rejoinPatienceMs = 120_000;
const rejoinRetryMs = 2000;

/** Whether there is something to find out or to plan now. */
export const isPlanningDue = (state: RoundState): boolean =>
  state.vms.some(
    (vm) =>
      vm.phase === 'to-plan' || (vm.phase === 'to-check' && (vm.check?.next ?? 0) <= state.world.clock.now()),
  );

/** A host whose VMs this is about, and that has not come back and taken its quorum disk home. */
const isAway = ({ losses, notes, atHome }: RoundState, host: string): boolean =>
  !atHome && losses.has(host) && notes.disks.has(host);

/** The members, without the hosts whose VMs this is about (at home, that host is one of them). */
export async function refreshMembers(state: RoundState): Promise<void> {
  const { members } = await state.world.engine.state();
  state.members = members
    .filter(({ name, online }) => online && !isAway(state, name))
    .map(({ name }) => name);
}

/**
 * Asks all members, finds out what runs where, and gives every VM that runs nowhere a host or the reason why it has none. `takeIn`
 * lets homes join that have come meanwhile.
 */
export async function planNow(
  state: RoundState,
  hurried: Set<string>,
  takeIn: () => Promise<void>,
): Promise<void> {
  const { world, notes } = state;
  await refreshMembers(state);
  const onBoard = state.vms.length;
  const mine = state.vms.filter(
    ({ phase, mayComeUpOn }) =>
      phase === 'to-plan' || phase === 'to-check' || (phase === 'down' && mayComeUpOn !== undefined),
  );
  const surveyed = await survey(world.peers, world.clock, state.members, hurried);
  noteSilence(state, surveyed, hurried);
  if (await waitsForRejoin(state, surveyed)) return;
  // Hosts that fail together are planned together, or VMs of little priority would be given the room that others of theirs need.
  if (state.plannedAt === undefined) {
    await takeIn();
    // Also by a look while the hosts were asked.
    if (state.vms.length > onBoard) return;
  }
  const losses = await lossesOf(state, mine);
  if (state.plannedAt === undefined) {
    const silent = surveyed.silent.map(({ host }) => host);
    await notes.write([...state.losses.keys()], { what: 'surveyed', silent });
  }
  for (const vm of mine) await apply(state, vm, surveyed, losses);
  await place(state, mine, surveyed);
  changed(state);
}

/**
 * When a whole site comes up, its hosts start their own VMs first: planned before that, VMs of a host that stayed away would be
 * given memory that is not free at all.
 */
async function waitsForRejoin(state: RoundState, { surveys }: Surveyed): Promise<boolean> {
  const { clock } = state.world;
  const rejoining = surveys.filter((one) => one.rejoining === true).map(({ host }) => host);
  const wait =
    !state.atHome &&
    state.plannedAt === undefined &&
    rejoining.length > 0 &&
    clock.now() - state.boardedAt < rejoinPatienceMs;
  for (const host of state.members) {
    if (wait && rejoining.includes(host)) report(state, waitingForRejoin(host));
    else clear(state, waitingForRejoin(host));
  }
  if (wait) await pause(clock, rejoinRetryMs);
  return wait;
}

function noteSilence(state: RoundState, { surveys, silent }: Surveyed, hurried: Set<string>): void {
  for (const { host, unavailable } of silent) {
    hurried.add(host);
    report(state, peerSilent(host, unavailable));
  }
  for (const { host } of surveys) {
    if (hurried.delete(host)) clear(state, peerSilent(host, ''));
  }
}

/** What became of the hosts on which VMs may run although they are no members. */
export async function lossesOf(
  state: RoundState,
  vms: readonly BoardVm[],
): Promise<Map<string, HostLoss['state']>> {
  const losses = new Map<string, HostLoss['state']>();
  for (const [home, { state: loss }] of state.losses) if (isAway(state, home)) losses.set(home, loss);
  for (const host of hostsInDoubt(vms, new Set(state.members))) {
    if (!losses.has(host)) losses.set(host, (await state.world.engine.lossOf(host)).state);
  }
  return losses;
}

async function apply(
  state: RoundState,
  vm: BoardVm,
  surveyed: Surveyed,
  losses: ReadonlyMap<string, HostLoss['state']>,
): Promise<void> {
  const { world, notes } = state;
  const { uuid, homes } = vm;
  const now = world.clock.now();
  const verdict = check(vm, surveyed, losses, now);
  const open = vm.attempts.find(({ outcome }) => outcome === undefined);
  switch (verdict.kind) {
    case 'runs': {
      const { host, ours } = verdict;
      if (ours) {
        const attempt = vm.attempts.findLast((one) => one.host === host && one.outcome !== 'failed');
        if (attempt !== undefined && attempt.outcome !== 'running') {
          Object.assign(attempt, { outcome: 'running', endedAt: Math.floor(now) });
        }
      } else explain(vm, `It ran on ${host} already and was left alone.`);
      closeOpen(vm, now, host);
      vm.phase = ours ? 'running' : 'elsewhere';
      vm.host = host;
      vm.runningAt ??= now;
      delete vm.check;
      delete vm.mayComeUpOn;
      await notes.write(homes, { what: ours ? 'started' : 'elsewhere', uuid, host });
      return;
    }
    case 'coming-up':
      // Asking for it there once more waits for the start that is under way, and tells what becomes of it.
      vm.phase = 'planned';
      vm.host = verdict.host;
      vm.position ??= 0;
      return;
    case 'free': {
      if (vm.phase === 'to-plan' || vm.phase === 'down') {
        if (vm.phase === 'down' && losses.get(vm.mayComeUpOn ?? '') !== 'fenced') return;
        if (vm.phase === 'down') delete vm.mayComeUpOn;
        vm.phase = 'to-plan';
        return;
      }
      const host = vm.host ?? '';
      closeOpen(vm, now, undefined, verdict.reason);
      await notes.write(homes, { what: 'lost', uuid, host, reason: verdict.reason });
      free(vm);
      if (open !== undefined) explain(vm, `${verdict.reason} It is planned again.`);
      return;
    }
    case 'uncertain': {
      if (vm.phase !== 'to-check') return;
      vm.check ??= { since: now, patientMs: 0 };
      vm.check.next = now + recheckMs;
      const patientMs = verdict.patientMs ?? state.policy.takeover.startTimeoutS * 1000;
      if (now - vm.check.since < patientMs) return;
      explain(vm, verdict.reason, 'So it is not started anywhere else.');
      vm.phase = 'down';
      vm.mayComeUpOn = verdict.host;
      await notes.write(homes, { what: 'down', uuid, reason: verdict.reason });
    }
  }
}

function closeOpen(vm: BoardVm, now: number, but: string | undefined, reason?: string): void {
  for (const attempt of vm.attempts) {
    if (attempt.outcome !== undefined || attempt.host === but) continue;
    Object.assign(attempt, {
      outcome: 'unknown',
      endedAt: Math.floor(now),
      ...(reason === undefined ? {} : { reason }),
    });
  }
}

/** It runs nowhere, and wants a host. A VM without a definition that can be believed cannot have one. */
export function free(vm: BoardVm): void {
  delete vm.host;
  delete vm.check;
  if (vm.definition === undefined) {
    vm.phase = 'refused';
    explain(vm, 'There is no definition of it that can be believed.');
    return;
  }
  vm.phase = 'to-plan';
}

async function place(state: RoundState, mine: readonly BoardVm[], surveyed: Surveyed): Promise<void> {
  const { world, notes, atHome, policy } = state;
  const due = mine.filter(({ phase }) => phase === 'to-plan');
  // VMs that came to the board since the hosts were asked are not placed by what the hosts said then.
  const known = state.vms.filter((vm) => vm.phase !== 'to-plan' || due.includes(vm));
  const failed = [...state.losses.keys()];
  const { placed, plan }: Placement = atHome
    ? placeAtHome(known, world.self)
    : placeByPlan(known, surveyed, policy, failed);
  const first = state.plannedAt === undefined;
  state.plannedAt ??= Math.floor(world.clock.now());
  if (first && plan !== undefined) state.plan = plan;
  const byUuid = new Map(due.map((vm) => [vm.uuid, vm]));
  const changes = placed.flatMap((one) => {
    const vm = byUuid.get(one.uuid);
    return vm === undefined ? [] : [{ vm, one }];
  });
  for (const { vm, one } of changes) enter(vm, one);
  await Promise.all(failed.map((home) => noteHome(home)));

  async function noteHome(home: string): Promise<void> {
    const ofHome = changes.filter(({ vm }) => vm.homes.includes(home));
    if (ofHome.length === 0 && !first) return;
    await notes.write([home], {
      what: 'planned',
      vms: ofHome.map(({ vm, one }) =>
        one.outcome === 'start'
          ? { uuid: vm.uuid, name: vm.name, host: one.host, position: one.position }
          : { uuid: vm.uuid, name: vm.name, host: null },
      ),
    });
  }
}

function enter(vm: BoardVm, placed: Placed): void {
  if (placed.outcome === 'down') {
    vm.phase = 'down';
    vm.noHost = true;
    explain(vm, ...placed.reasons);
    return;
  }
  const { host, position } = placed;
  vm.phase = 'planned';
  vm.host = host;
  vm.position = position;
  vm.planned ??= { host, position };
  explain(vm, ...placed.reasons);
}
