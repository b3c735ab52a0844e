import type { Clock } from '../ports/clock.ts';
import type { VmUsage } from '../ports/hypervisor.ts';
import { parseDomstats, parseUuidList, type Virsh } from './virsh.ts';

/** Milliseconds. Whoever only looks at a VM too is done by then. */
const lookAgainMs = 200;

/**
 * What running VMs use. One that libvirt is busy with has no figures: to wait for it, as `domstats` does by itself, may take the 30 s
 * that libvirt waits for the lock of each VM, and a single VM whose start hangs would hide the load of its whole host. Most are only
 * looked at by another program, and asked for once more.
 */
export async function readUsage(virsh: Virsh, clock: Pick<Clock, 'sleep'>): Promise<VmUsage[]> {
  const first = await look(virsh);
  if (first.every(hasFigures)) return first.filter(hasFigures);
  await clock.sleep(lookAgainMs);
  const known = new Map(first.filter(hasFigures).map((vm) => [vm.uuid, vm]));
  for (const vm of await look(virsh)) if (hasFigures(vm)) known.set(vm.uuid, vm);
  return [...known.values()];
}

interface Figures {
  uuid: string;
  cpuTimeNs?: number | undefined;
  memoryUsed?: number | undefined;
}

const hasFigures = (vm: Figures): vm is VmUsage => vm.cpuTimeNs !== undefined && vm.memoryUsed !== undefined;

async function look(virsh: Virsh): Promise<Figures[]> {
  const commands = ['list --uuid --name', 'domstats --nowait --list-active --cpu-total --vcpu --balloon'];
  const [names = '', figures = ''] = await virsh.runTogether(commands);
  const stats = parseDomstats(figures);
  return [...parseUuidList(names)].map(([uuid, name]) => {
    const { cpuTimeNs, resident } = stats.get(name) ?? {};
    return { uuid, cpuTimeNs, memoryUsed: resident };
  });
}
