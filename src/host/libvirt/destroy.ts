import { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Runner } from '../ports/runner.ts';
import { type QemuProcess, qemuProcesses } from './processes.ts';
import type { Virsh } from './virsh.ts';

/** libvirt itself takes up to 10 s from its polite signal to the other one. */
const virshTimeoutMs = 20_000;
const goneWithinMs = 10_000;
const lookEveryMs = 100;

export interface Kernel {
  processes(): Promise<QemuProcess[]>;
  kill(pid: number): void;
}

export const linuxKernel: Kernel = {
  processes: () => qemuProcesses(),
  kill: (pid) => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  },
};

/**
 * libvirt's answer            | a process of it is there | what is done
 * `destroyed`, `not running`  | no                       | certain
 * unreachable (no daemon)     | no                       | certain: nobody is there to start it
 * none in time, another error | no                       | not certain: a start may be under way in libvirt. Rejects
 * any                         | yes                      | killed, waited for; then certain: a start under way fails with it
 */
export async function destroyVm(
  uuid: string,
  { runner, virsh, kernel, clock }: { runner: Runner; virsh: Virsh; kernel: Kernel; clock: Clock },
): Promise<void> {
  const ofVm = async (): Promise<QemuProcess[]> =>
    (await kernel.processes()).filter((each) => each.uuid === uuid);
  const answer = await ask(z.uuid().parse(uuid), runner, virsh);
  const found = await ofVm();
  if (found.length === 0 && answer === 'unclear') throw notCertain(uuid);
  for (const { pid } of found) kernel.kill(pid);
  const until = clock.now() + goneWithinMs;
  while ((await ofVm()).length > 0) {
    if (clock.now() >= until) throw notGone(uuid);
    await clock.sleep(lookEveryMs);
  }
}

async function ask(uuid: string, runner: Runner, virsh: Virsh): Promise<'off' | 'unreachable' | 'unclear'> {
  try {
    const result = await runner.run(virsh.argv(['destroy', uuid]), { timeoutMs: virshTimeoutMs });
    if (result.code === 0 || /domain is not running|Domain not found/.test(result.stderr)) return 'off';
    return virsh.isUnreachable(result) ? 'unreachable' : 'unclear';
  } catch (error) {
    if (error instanceof MinimeError) return 'unclear';
    throw error;
  }
}

const notCertain = (uuid: string): MinimeError =>
  new MinimeError({
    kind: 'timeout',
    message: `It is not certain that the VM ${uuid} is off.`,
    cause: 'It has no process, but libvirt gave no answer and may be about to start it.',
    remedy: 'Look at journalctl -u libvirtd; restarting libvirtd does not touch running VMs.',
  });

const notGone = (uuid: string): MinimeError =>
  new MinimeError({
    kind: 'storage',
    message: `The process of the VM ${uuid} cannot be ended.`,
    cause: 'It waits for storage that does not answer.',
    remedy: 'Repair the storage, or restart the host.',
  });
