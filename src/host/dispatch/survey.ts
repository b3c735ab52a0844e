import { MinimeError } from '../../contract/errors.ts';
import type { HostSurvey, SurveyedVm } from '../../contract/survey.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { recentCpuPercent } from '../machine/cpuSamples.ts';
import { readMaintenance } from '../policy/notes.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import { LoadReader } from '../sections/load.ts';
import { hasFlag } from '../takeover/flags.ts';
import { type StartingVm, startingVms } from './starting.ts';
import { withinClock } from './withinClock.ts';

/**
 * Whoever surveys a host waits 3 s for it at first, and then for 10 s again. A libvirt that is merely slow is worth the second wait: a
 * host that is taken for unavailable gets no VM. One that is not there at all says so at once.
 */
const patienceMs = 6000;

/** What this host is and does right now. Never waits for libvirt, the engine or anything else that hangs. */
export async function surveyHost(host: Host): Promise<HostSurvey> {
  const patiently = <T>(who: string, promise: Promise<T>): Promise<T | MinimeError> =>
    answerOf(host, promise, `${who} has not answered within ${patienceMs / 1000} s.`);
  const [name, load, vms, processes, starting, maintenance, shuttingDown, rejoining] = await Promise.all([
    nodeNameOf(host),
    // Over a window of its own: what its VMs did minutes ago is no measure.
    patiently('The kernel', new LoadReader(host).read()),
    patiently('libvirt', host.hypervisor.vms()),
    patiently('The kernel', host.hypervisor.processes()),
    startingVms(host),
    patiently('The cluster engine', readMaintenance(host)),
    hasFlag(host, 'shutting-down'),
    isRejoining(host),
  ]);
  const records = vms instanceof MinimeError ? undefined : vms;
  const [memory, cpu] = await Promise.all([host.machine.memory(), host.machine.cpu()]);
  const recent = await recentCpuPercent(host, cpu);
  const measured = load instanceof MinimeError ? undefined : load;
  const unavailable = reasonNotToTakeVms(name, { vms, processes, maintenance, shuttingDown });
  return {
    host: name,
    at: host.clock.now(),
    memoryTotal: memory.total,
    memoryFree: memory.free,
    cores: cpu.cores,
    // Of some while rather than of this moment; not known: as since boot, rather than as idle.
    cpuPercent: recent ?? measured?.cpuPercent ?? (cpu.total === 0 ? 0 : (cpu.busy / cpu.total) * 100),
    running: runningVms(
      records ?? [],
      processes instanceof MinimeError ? [] : processes,
      starting,
      (uuid) => measured?.vms[uuid]?.cpuPercent,
    ),
    ...(unavailable === undefined ? {} : { unavailable }),
    ...(rejoining ? { rejoining } : {}),
    ...(records === undefined ? {} : { defined: records.map(({ uuid }) => uuid) }),
  };
}

/** A host that booted long ago and has not got its own quorum disk does not get to its own VMs by itself. */
const rejoinDueMs = 5 * 60_000;

async function isRejoining(host: Host): Promise<boolean> {
  if (await hasFlag(host, 'rejoined')) return false;
  const [{ bootedAt }, disks, name] = await Promise.all([
    host.machine.identity(),
    host.quorumDisks.mounted(),
    nodeNameOf(host),
  ]);
  return host.clock.now() - bootedAt < rejoinDueMs || disks.some(({ home }) => home === name);
}

/** In these states a VM has a process, and holds its disks. */
const activeStates: readonly VmRecord['state'][] = ['running', 'paused', 'shutting-down', 'suspended'];
export const isActive = ({ state }: VmRecord): boolean => activeStates.includes(state);

/** Every VM that runs in any way or is about to. Pure. */
export function runningVms(
  records: readonly VmRecord[],
  processes: readonly string[],
  starting: readonly StartingVm[],
  cpuPercentOf: (uuid: string) => number | undefined,
): SurveyedVm[] {
  const found = new Map<string, SurveyedVm>();
  const fresh = new Map(starting.map((vm) => [vm.uuid, vm]));
  const incoming = new Set(records.filter((record) => record.incoming === true).map(({ uuid }) => uuid));
  for (const record of records) {
    if (record.incoming === true) continue;
    if (!isActive(record) && !processes.includes(record.uuid)) continue;
    const { uuid, name, spec } = record;
    const cpuPercent = cpuPercentOf(uuid);
    found.set(uuid, {
      uuid,
      name,
      memory: spec.memory,
      vcpus: spec.vcpus,
      starting: fresh.has(uuid),
      ...(cpuPercent === undefined ? {} : { cpuPercent }),
    });
  }
  for (const { uuid, name, memory, vcpus, endedAt } of starting) {
    // One that has ended and is not found did not come up.
    const there = endedAt === undefined || processes.includes(uuid);
    if (there && !found.has(uuid)) found.set(uuid, { uuid, name, memory, vcpus, starting: true });
  }
  for (const uuid of processes) {
    // The hypervisor does not answer: that it runs is all that is known, and all that matters.
    if (!found.has(uuid) && !incoming.has(uuid))
      found.set(uuid, { uuid, name: uuid, memory: 0, vcpus: 1, starting: false });
  }
  return [...found.values()];
}

function reasonNotToTakeVms(
  name: string,
  answers: {
    vms: unknown;
    processes: unknown;
    maintenance: Record<string, unknown> | MinimeError;
    shuttingDown: boolean;
  },
): string | undefined {
  const { vms, processes, maintenance, shuttingDown } = answers;
  if (shuttingDown) return `${name} is shutting down.`;
  if (vms instanceof MinimeError) return vms.info.message;
  if (processes instanceof MinimeError) return processes.info.message;
  if (maintenance instanceof MinimeError) return maintenance.info.message;
  return maintenance[name] === undefined ? undefined : `${name} is in maintenance.`;
}

async function answerOf<T>(host: Host, promise: Promise<T>, message: string): Promise<T | MinimeError> {
  try {
    return await withinClock(host.clock, promise, patienceMs, message);
  } catch (error) {
    if (error instanceof MinimeError) return error;
    throw error;
  }
}
