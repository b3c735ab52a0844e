import { MinimeError } from '../../contract/errors.ts';
import type { Host } from '../host.ts';
import { ownTakeovers } from './owner.ts';
import { worldOf } from './world.ts';

/** How long another process of this host is waited for before it is looked whether there is still something to do. */
const waitS = 2;

/**
 * `vmcl takeover HOME`: sees to it that the VMs of `home`, whose quorum disk is mounted here, are cared for. If another process of
 * this host cares for takeovers already, that one joins `home`, and this one waits, to go on where the other stops. Resolves when
 * nothing is left to do, or soon after `signal` is aborted.
 */
export async function takeover(host: Host, home: string, { signal }: { signal: AbortSignal }): Promise<void> {
  // By the time the disks are read, the hosts that are asked next are ready to answer.
  host.peers.warmUp().catch(() => undefined);
  const world = await worldOf(host, 'takeover');
  if (home === world.self) {
    throw new MinimeError({
      kind: 'invalid-input',
      message: `${home} is this host: it does not take itself over.`,
      remedy: 'Use vmcl rejoin.',
    });
  }
  const waitingSince = world.clock.now();
  while (!signal.aborted) {
    if (!(await world.awayDisks()).some((disk) => disk.home === home)) {
      host.log.info({ home }, 'its quorum disk is not mounted here: there is nothing to take over');
      return;
    }
    try {
      await host.exclusively('takeover', () => ownTakeovers(world, signal, waitingSince), waitS);
      return;
    } catch (error) {
      if (!(error instanceof MinimeError) || error.kind !== 'busy') throw error;
    }
  }
}
