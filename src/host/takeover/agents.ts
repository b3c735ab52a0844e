import { pause } from './patience.ts';
import type { RoundState } from './roundState.ts';
import { agentsToAsk, type TierReadiness } from './schedule.ts';

const everyMs = 2000;
const timeoutMs = 5000;

/** Asks the guest agents that a next tier waits for, again and again. */
export class Agents implements TierReadiness {
  readonly answered = new Set<string>();
  #asking = false;

  /** Undefined: nobody is to be asked, or some are just being asked. */
  ask(
    { vms, policy, world }: RoundState,
    open: ReadonlySet<number>,
    signal: AbortSignal,
  ): Promise<void> | undefined {
    const due = agentsToAsk(vms, policy, open, this);
    if (due.length === 0 || this.#asking) return undefined;
    this.#asking = true;
    const askOne = async (uuid: string, host: string): Promise<void> => {
      const { agent } = await world.peers.call(host, 'vm.ready', { uuid }, { timeoutMs });
      // A VM without an agent is as ready as it can be known to be.
      if (agent !== false) this.answered.add(uuid);
    };
    return Promise.allSettled(due.map((vm) => askOne(vm.uuid, vm.host ?? ''))).then(async () => {
      if (due.some(({ uuid }) => !this.answered.has(uuid))) await pause(world.clock, everyMs, { signal });
      this.#asking = false;
    });
  }
}
