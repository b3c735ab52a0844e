import type { Finding } from '../../contract/finding.ts';
import type { VmState } from '../../contract/hostState.ts';
import type { HostSurvey } from '../../contract/survey.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import type { MovedVm } from './moved.ts';
import { runsTwice, staleKept } from './problems.ts';

export type MovedDecision =
  /** Its stale copy here goes. */
  | { uuid: string; what: 'undefine' }
  /** There is no copy of it here. */
  | { uuid: string; what: 'cleared' }
  /** It runs here: it has come home. */
  | { uuid: string; what: 'home'; problem?: Finding }
  | { uuid: string; what: 'keep'; problem: Finding };

const off: readonly VmState[] = ['shut-off', 'crashed'];

/**
 * What becomes of copies here of VMs that were started or moved elsewhere.
 *
 * | here | others | |
 * |---|---|---|
 * | runs | | it has come home; if another runs it too, an alarm |
 * | is not known | | nothing to clear |
 * | known, off | one has it | undefined here |
 * | known, off | nobody says so | kept, and told of: better twice than lost |
 */
export function decideMoved(
  self: string,
  moved: readonly MovedVm[],
  vms: readonly VmRecord[],
  surveys: readonly HostSurvey[],
): MovedDecision[] {
  const here = new Map(vms.map((vm) => [vm.uuid, vm]));
  const others = surveys.filter(({ host }) => host !== self);
  return moved
    .filter(({ cleared }) => !cleared)
    .map(({ uuid, name, to }): MovedDecision => {
      const copy = here.get(uuid);
      if (copy === undefined) return { uuid, what: 'cleared' };
      const runner = others.find(({ running }) => running.some((vm) => vm.uuid === uuid));
      if (!off.includes(copy.state)) {
        return runner === undefined || copy.state === 'unknown'
          ? { uuid, what: 'home' }
          : { uuid, what: 'home', problem: runsTwice(name, self, runner.host) };
      }
      const has = runner !== undefined || others.some(({ defined }) => defined?.includes(uuid) === true);
      return has ? { uuid, what: 'undefine' } : { uuid, what: 'keep', problem: staleKept(self, name, to) };
    });
}
