import type { StartAttempt } from '../../contract/failover.ts';
import type { BoardVm } from './board.ts';
import { changed, explain, type RoundState, report } from './roundState.ts';
import { type StartResult, startOn } from './starter.ts';
import { exclusionText } from './wanted.ts';

/** After an answer that never came, the peer may only be about to begin. */
const patientMs = 5000;

/** Has a planned VM started where it is planned. Resolves when it is known, or known not to be known, what came of it. */
export async function launch(state: RoundState, vm: BoardVm, mayStart: () => boolean): Promise<void> {
  const { world, notes, policy } = state;
  const { host, definition, homes } = vm;
  const [home] = homes;
  if (host === undefined || definition === undefined || home === undefined) {
    throw new Error(`${vm.name} was planned without a host or a definition`);
  }
  // Of an owner before: asked once more, it is still the same start.
  const open = vm.attempts.find((one) => one.host === host && one.outcome === undefined);
  const attempt: StartAttempt = open ?? { host, startedAt: Math.floor(world.clock.now()) };
  vm.phase = 'starting';
  await notes.write(homes, { what: 'starting', uuid: vm.uuid, name: vm.name, host });
  if (!mayStart()) {
    // Journaled, but never asked for: the next owner finds it nowhere.
    vm.phase = 'planned';
    return;
  }
  if (open === undefined) vm.attempts.push(attempt);
  changed(state);
  const { startTimeoutS } = policy.takeover;
  const dead = new AbortController();
  state.starts.set(vm.uuid, dead);
  const order = { host, home, definition, timeoutS: startTimeoutS, dead: dead.signal };
  const result = await startOn(world.peers, world.clock, order);
  state.starts.delete(vm.uuid);
  await settle(state, vm, attempt, result);
  changed(state);
}

async function settle(
  state: RoundState,
  vm: BoardVm,
  attempt: StartAttempt,
  result: StartResult,
): Promise<void> {
  const { world, notes } = state;
  const { uuid, homes } = vm;
  const { host } = attempt;
  const now = Math.floor(world.clock.now());
  const end = (outcome: NonNullable<typeof attempt.outcome>, reason?: string): void => {
    Object.assign(attempt, { outcome, endedAt: now, ...(reason === undefined ? {} : { reason }) });
  };
  switch (result.outcome) {
    case 'running':
      end('running');
      vm.phase = 'running';
      vm.runningAt = now;
      await notes.write(homes, { what: 'started', uuid, host });
      return;
    case 'failed':
      end('failed', result.reason);
      exclude(vm, host, 'failed', result.reason);
      await notes.write(homes, { what: 'failed', uuid, host, reason: result.reason });
      vm.phase = 'to-plan';
      return;
    case 'hung':
      end('hung', result.reason);
      await notes.write(homes, { what: 'hung', uuid, host, reason: result.reason, stopped: result.stopped });
      if (result.stopped) {
        exclude(vm, host, 'hung', result.reason);
        vm.phase = 'to-plan';
        return;
      }
      explain(
        vm,
        `Its start on ${host} hangs and may yet succeed, so it is not tried elsewhere: ${result.reason}`,
      );
      vm.phase = 'down';
      vm.mayComeUpOn = host;
      return;
    case 'refused':
      end('failed', result.reason);
      explain(vm, `${host} refused its definition: ${result.reason}`);
      report(state, {
        id: 'definition-refused',
        severity: 'error',
        host,
        subject: vm.name,
        title: `${host} does not believe the definition of ${vm.name}.`,
        cause: result.reason,
        remedy: `Check that the cluster key is the same on ${host}, and who can write to the shared storage.`,
      });
      await notes.write(homes, { what: 'refused', uuid, reason: result.reason });
      vm.phase = 'refused';
      return;
    case 'unknown':
      explain(vm, `${host} did not say what became of its start: ${result.reason}`);
      vm.phase = 'to-check';
      vm.check = { since: now, patientMs };
  }
}

function exclude(vm: BoardVm, host: string, outcome: string, reason: string): void {
  vm.excluded.push({ host, reason: exclusionText(outcome, reason) });
  explain(vm, `${host}: ${exclusionText(outcome, reason)}`);
}
