import type { VmState } from '../../contract/hostState.ts';
import { memoryNeeded, type WantedVm } from '../../contract/survey.ts';
import { judgePortability, type PortabilityView } from '../portability/findings.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import type { RunRecord } from '../takeover/runRecord.ts';
import type { UsageSample } from './usage.ts';

/** States in which a VM has a process, and its owner wants it to run. */
const runningStates: readonly VmState[] = ['running', 'paused', 'suspended', 'shutting-down'];

export interface RunningView {
  vms: readonly VmRecord[];
  usage: UsageSample;
  portability: PortabilityView;
  /** What the record said before, for VMs whose state nobody can tell now. */
  before: readonly WantedVm[];
}

/** The VMs of the run record. A transient VM is left out: without a definition nobody can start it. */
export function wantedOf({ vms, usage, portability, before }: RunningView): WantedVm[] {
  const known = new Set(before.map(({ uuid }) => uuid));
  const runs = ({ uuid, state }: VmRecord): boolean =>
    runningStates.includes(state) || (state === 'unknown' && known.has(uuid));
  return vms
    .filter((vm) => vm.persistent && runs(vm))
    .map((vm) => {
      const measured = usage.vms[vm.uuid];
      return {
        uuid: vm.uuid,
        name: vm.name,
        memory: memoryNeeded(vm.spec.memory, measured?.memoryUsed),
        vcpus: vm.spec.vcpus,
        ...(measured?.cpuPercent === undefined ? {} : { cpuPercent: measured.cpuPercent }),
        ...fitness(vm, portability),
      };
    });
}

function fitness(vm: VmRecord, view: PortabilityView): Pick<WantedVm, 'unprotected' | 'unfit'> {
  const errors = (peers: PortabilityView['peers']): string[] =>
    judgePortability(vm, { ...view, peers })
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ title }) => title.replace(/\.$/, ''));
  const overall = errors(view.peers);
  if (overall.length > 0) return { unprotected: overall.join('; ') };
  // Judged as if it were the only other host, a host that lacks something shows.
  const unfit = [...view.peers]
    .map(([host, facts]) => ({ host, reason: errors(new Map([[host, facts]])).join('; ') }))
    .filter(({ reason }) => reason !== '')
    .map(({ host, reason }) => ({ host, reason: reason.replace(/^No other host has/, 'It lacks') }));
  return unfit.length === 0 ? {} : { unfit };
}

/** Whether the record has to be written: measured figures alone change all the time, and only count if they changed much. */
export function isNews(before: RunRecord | undefined, after: RunRecord): boolean {
  if (before === undefined || before.bootId !== after.bootId) return true;
  if (JSON.stringify(before.shutdown) !== JSON.stringify(after.shutdown)) return true;
  if (before.vms.length !== after.vms.length) return true;
  return after.vms.some((vm, index) => {
    const old = before.vms[index];
    return old === undefined || coarse(vm) !== coarse(old) || movedFar(old.cpuPercent, vm.cpuPercent);
  });
}

const coarse = (vm: WantedVm): string =>
  JSON.stringify({ ...vm, cpuPercent: undefined, memory: Math.round(vm.memory / 2 ** 24) });

const movedFar = (before: number | undefined, after: number | undefined): boolean =>
  after !== undefined && (before === undefined || Math.abs(after - before) > 10 + before / 4);
