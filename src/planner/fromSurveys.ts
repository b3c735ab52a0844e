import type { HostSurvey, SurveyedVm } from '../contract/survey.ts';
import type { PlanHost, PlanVm } from './input.ts';
import { compareText } from './restartOrder.ts';

/** What is known of a host and what runs there: its own survey, or what was last heard of it. */
export interface SurveyedHost extends Omit<HostSurvey, 'at' | 'defined' | 'rejoining' | 'running'> {
  running: readonly (SurveyedVm & Pick<PlanVm, 'unprotected'>)[];
}

/** A host of which no figures are to be had. */
export interface SilentHost {
  host: string;
  /** Why, as a reason to give it no VM. */
  unavailable: string;
}

/**
 * What the planner needs to know of hosts and of the VMs that run. A VM that is found on several hosts (while it moves
 * live, say) counts where it is not just starting, else on the first host by name.
 */
export function fromSurveys(
  surveys: readonly SurveyedHost[],
  silent: readonly SilentHost[] = [],
): { hosts: PlanHost[]; vms: PlanVm[] } {
  const vms = new Map<string, PlanVm>();
  for (const { host, running } of [...surveys].sort((a, b) => compareText(a.host, b.host))) {
    for (const { starting, cpuPercent, ...vm } of running) {
      const known = vms.get(vm.uuid);
      if (known !== undefined && (known.starting !== true || starting)) continue;
      const measured = cpuPercent === undefined ? {} : { cpuPercent };
      vms.set(vm.uuid, { ...vm, ...measured, host, ...(starting ? { starting } : {}) });
    }
  }
  return {
    hosts: [
      ...surveys.map(({ host, memoryTotal, memoryFree, cores, cpuPercent, unavailable }) => ({
        name: host,
        memoryTotal,
        memoryFree,
        cores,
        cpuPercent,
        ...(unavailable === undefined ? {} : { unavailable }),
      })),
      // It gets nothing whatever its figures are; these count as no load at all where evenness is measured.
      ...silent.map(({ host, unavailable }) => ({
        name: host,
        memoryTotal: 1,
        memoryFree: 1,
        cores: 1,
        cpuPercent: 0,
        unavailable,
      })),
    ],
    vms: [...vms.values()],
  };
}
