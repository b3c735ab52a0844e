import { MinimeError } from '../../contract/errors.ts';
import type { Host } from '../host.ts';
import { handOver, unfinished } from './handover.ts';
import { surroundingsOf } from './surroundings.ts';

/** What an earlier run left half done: VMs that have arrived elsewhere while a copy of their definition is still here. */
export async function finishOld(host: Host): Promise<void> {
  const left = await unfinished(host);
  if (left.length === 0) return;
  const around = await surroundingsOf(host);
  const others = around.members.filter((member) => member !== around.self);
  for (const vm of left) {
    // One that runs here after all is taken off the list by sync; one that is not there may be lost: nothing of it is given up.
    if (around.runsHere(vm.uuid) || !around.isOn(vm.uuid, vm.to)) continue;
    try {
      await handOver(host, vm, { others, toHome: false });
    } catch (error) {
      if (!(error instanceof MinimeError)) throw error;
      host.log.warn({ error, vm: vm.name }, 'a VM that was moved could not be handed over');
    }
  }
}
