import type { Finding } from '../../contract/finding.ts';
import type { TakeoverWorld } from './deps.ts';
import { Handover } from './handover.ts';
import { HomeWatch } from './homes.ts';
import { pause } from './patience.ts';
import type { JournalState } from './replay.ts';
import { Round } from './round.ts';
import type { RoundState } from './roundState.ts';
import { Waits } from './waits.ts';

const lookEveryMs = 2000;
/** Admins that cannot be reached are given up after less. */
const tellMs = 90_000;

/**
 * Cares for the VMs of all hosts whose quorum disks are mounted here although they are others', until nothing is left to do for
 * them or `signal` is aborted. Only for whoever holds the takeover lock of this host, and has waited for it since `waitingSince` (Unix
 * milliseconds).
 */
export async function ownTakeovers(
  world: TakeoverWorld,
  signal: AbortSignal,
  waitingSince?: number,
): Promise<void> {
  const begunAt = world.clock.now();
  const isCaredFor = ({ owners, endedAt = 0 }: JournalState): boolean =>
    owners.at(-1)?.host === world.self && endedAt >= (waitingSince ?? begunAt) && endedAt < begunAt;
  const watch = new HomeWatch(world);
  const handover = new Handover(world);
  const states: RoundState[] = [];
  const waits = new Waits(world);
  let unreadable: Finding[] = [];
  const show = async (): Promise<void> => {
    const running = states.filter(({ endedAt }) => endedAt === undefined).map(({ notes }) => notes.id);
    const problems = states.flatMap((state) => [...state.problems.values()]);
    await world.show(running, [...watch.problems, ...unreadable, ...problems]);
  };
  while (!signal.aborted) {
    const ready = await watch.look();
    waits.look(watch.problems);
    unreadable = [];
    await show();
    if (ready.length > 0) {
      const { policy, problems } = await world.policy();
      const options = {
        world,
        kind: 'takeover' as const,
        policy,
        policyProblems: problems,
        signal,
        handover,
        watch,
        readOptions: () => ({ withoutRecord: 'all' as const }),
        isCaredFor,
        show,
        onBegin: (state: RoundState) => {
          states.push(state);
          return show();
        },
      };
      const begun = await Round.begin(options, ready);
      unreadable = begun.unreadable;
      if (begun.round !== undefined) {
        await begun.round.run();
        await show();
        continue;
      }
    } else if (watch.waiting === 0 && handover.pending.length === 0 && !handover.clearing) break;
    await lostTargets(world, watch, handover);
    await pause(world.clock, lookEveryMs, { signal });
  }
  await handover.stop();
  await Promise.all(states.map(({ sender }) => sender.close()));
  await world.show([], []);
  // Whoever stops this takeover waits for it, and the next owner tells the admins.
  if (!signal.aborted) await pause(world.clock, tellMs, { signal, woken: world.notified() });
}

/**
 * VMs that ran, were not handed over, and whose hosts died after the takeover ended: their home is taken over once more. Those
 * whose home's disk was moved away are the next owner's.
 */
async function lostTargets(world: TakeoverWorld, watch: HomeWatch, handover: Handover): Promise<void> {
  for (const { state, vm } of handover.pending) {
    const disks = vm.homes.flatMap((home) => state.notes.disks.get(home) ?? []);
    const mounted = await Promise.all(disks.map((disk) => world.isMounted(disk)));
    if (!mounted.includes(true)) {
      handover.forget(vm);
      continue;
    }
    const { host } = vm;
    if (host === undefined) continue;
    const loss = await world.engine.lossOf(host).catch(() => undefined);
    if (loss?.state !== 'fenced') continue;
    handover.forget(vm);
    for (const disk of disks) watch.again(disk);
  }
}
