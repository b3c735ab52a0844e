import { judgePortability, type PortabilityView } from '../portability/findings.ts';
import { sharing } from '../portability/storage.ts';
import type { VmRecord } from '../ports/hypervisor.ts';

export interface LiveFitness {
  /** Why it cannot be moved anywhere. */
  unmovable?: string;
  excluded: { host: string; reason: string }[];
}

/** What speaks against moving a VM live: all that speaks against starting it elsewhere, and a CPU that is not the same. */
export function liveFitness(vm: VmRecord, view: PortabilityView): LiveFitness {
  const unmovable = reasonByState(vm) ?? errorsWith(vm, view, view.peers);
  if (unmovable !== undefined) return { unmovable, excluded: [] };
  const excluded = [...view.peers].flatMap(([host, facts]) => {
    // Judged as if it were the only other host, a host that lacks something shows.
    const lacks = errorsWith(vm, view, new Map([[host, facts]]))?.replace(/No other host has/g, 'It lacks');
    const reason = lacks ?? cpuReason(vm, view, facts.cpuModel);
    return reason === undefined ? [] : [{ host, reason }];
  });
  return { excluded };
}

function reasonByState({ state }: VmRecord): string | undefined {
  switch (state) {
    case 'running':
    case 'paused':
      return undefined;
    case 'suspended':
      return 'Its guest sleeps (suspended to memory), and a sleeping guest cannot be moved';
    case 'shutting-down':
      return 'It is shutting down';
    case 'shut-off':
    case 'crashed':
      return 'It does not run';
    case 'unknown':
      return 'The hypervisor does not tell its state';
  }
}

function errorsWith(
  vm: VmRecord,
  view: PortabilityView,
  peers: PortabilityView['peers'],
): string | undefined {
  const errors = judgePortability(vm, { ...view, peers })
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ title }) => title.replace(/\.$/, ''));
  return errors.length === 0 ? undefined : errors.join('; ');
}

/**
 * A guest that was given the host's own CPU would find another one under it. libvirt itself looks only at named models and at
 * host-model, which becomes one when the VM starts.
 */
function cpuReason(
  { spec }: VmRecord,
  { own }: PortabilityView,
  model: string | undefined,
): string | undefined {
  const bare = spec.cpu.mode === 'host-passthrough' || spec.cpu.mode === 'maximum';
  if (!spec.accelerated || !bare || own === undefined || own.cpuModel === model) return undefined;
  return `Its CPU (${model ?? 'unknown'}) is not the one that the VM was given (${own.cpuModel ?? 'unknown'})`;
}

/** Whether every disk that it may write is known to be on storage that all hosts share. */
export const disksAreShared = ({ spec }: VmRecord, view: PortabilityView): boolean =>
  spec.disks
    .filter(({ device, source }) => source !== undefined && (device === 'disk' || device === 'lun'))
    .every(({ source }) => source === undefined || sharing(source, view) === 'yes');
