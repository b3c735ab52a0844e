import { toErrorInfo } from '../../contract/errors.ts';
import type { TakeoverWorld } from './deps.ts';
import { pause } from './patience.ts';
import { survey } from './survey.ts';

/** A peer asks the holder, which syncs first. */
const forgetMs = 100_000;
const againMs = 10_000;
const tries = 6;

/** A VM that was handed over, and where it is now. */
export interface HeldVm {
  uuid: string;
  name: string;
  holder: string;
  /** They clear their own copies when they rejoin. */
  homes: readonly string[];
}

/**
 * Has members forget VMs that they know and another host holds: one whose start was tried there, or that ran there before the host
 * died. Hosts that are away meanwhile find out by themselves when they rejoin.
 */
export async function clearStrays(
  world: TakeoverWorld,
  held: readonly HeldVm[],
  members: () => readonly string[],
  signal: AbortSignal,
): Promise<void> {
  let left = held;
  for (let round = 1; left.length > 0 && !signal.aborted; round++) {
    const hosts = members();
    const { surveys, silent } = await survey(world.peers, world.clock, hosts);
    const strays = left.flatMap((vm) =>
      surveys
        .filter(
          ({ host, defined, running }) =>
            host !== vm.holder &&
            !vm.homes.includes(host) &&
            defined?.includes(vm.uuid) === true &&
            !running.some(({ uuid }) => uuid === vm.uuid),
        )
        .map(({ host }) => ({ host, vm })),
    );
    const kept = await Promise.all(strays.map((stray) => forget(world, stray, signal)));
    // What a host that gives no answer has is not known.
    left = silent.length > 0 ? left : left.filter((vm) => kept.includes(vm));
    if (left.length === 0 || round === tries) return;
    await pause(world.clock, againMs, { signal });
  }
}

/** The VM if it is still known there. */
async function forget(
  world: TakeoverWorld,
  { host, vm }: { host: string; vm: HeldVm },
  signal: AbortSignal,
): Promise<HeldVm | undefined> {
  const { uuid, name, holder } = vm;
  let reason: string | undefined;
  try {
    const answer = await world.peers.call(
      host,
      'vm.forget',
      { uuid, holder },
      { timeoutMs: forgetMs, signal },
    );
    if (answer.forgotten) return undefined;
    reason = answer.reason;
  } catch (error) {
    reason = toErrorInfo(error).message;
  }
  world.log.warn({ host, vm: name, holder, reason }, 'a host keeps its copy of a VM that another one holds');
  return vm;
}
