import type { Plan, PlannedStaysDown } from '../../../contract/plan.ts';
import { overCpuText } from '../../../contract/planText.ts';
import { count } from '../../components/format.ts';
import type { Tone } from '../../components/Status.tsx';

/** VMs that a line names before it says "and n more". */
const NAMED = 4;

export interface FailureOutcome {
  tone: Tone;
  text: string;
  down: PlannedStaysDown[];
}

/**
 * What a failure would mean, in one line.
 *
 * | VMs of the host                    | tone    |
 * |------------------------------------|---------|
 * | none                               | off     |
 * | all start, or stay down by rule    | ok      |
 * | some start on an overloaded host   | warning |
 * | some stay down, nobody wants it so | warning |
 */
export function failureOutcome({ vms, search }: Plan): FailureOutcome {
  const down = vms.filter((vm) => vm.outcome === 'stays-down');
  const unwanted = down.filter(({ cause }) => cause !== 'rule');
  const undecided = unwanted.filter(({ cause }) => cause === 'undecided').length;
  const over = overCpu(vms);
  if (vms.length === 0) return { tone: 'off', text: 'no VM runs on it', down };
  const byRule = down.length - unwanted.length;
  const ruled = byRule === 0 ? '' : ` (${byRule} left down by rule)`;
  if (unwanted.length === 0) {
    const started = vms.length - down.length;
    const text = started === 0 ? 'nothing would be restarted' : `${count(started, 'VM')} would run again`;
    return { tone: over === '' ? 'ok' : 'warning', text: `${text}${ruled}${over}`, down };
  }
  const names = unwanted.slice(0, NAMED).map(({ name }) => name);
  const more = unwanted.length > NAMED ? ` and ${unwanted.length - NAMED} more` : '';
  const unsure =
    undecided === 0
      ? ''
      : `; for ${undecided} of them the search ended undecided after ${search.steps} steps`;
  return {
    tone: 'warning',
    text: `${unwanted.length} of ${count(vms.length, 'VM')} would stay down: ${names.join(', ')}${more}${ruled}${unsure}${over}`,
    down,
  };
}

/** "; 2 of them over the CPU threshold: n3 would use about 97 %, the threshold is 90 %": one host stands for all. */
function overCpu(vms: Plan['vms']): string {
  const starts = vms.filter((vm) => vm.outcome === 'start' && vm.overCpu !== undefined);
  const texts = new Set(starts.flatMap((vm) => (vm.outcome === 'start' ? (overCpuText(vm) ?? []) : [])));
  const [first] = texts;
  if (first === undefined) return '';
  const more = texts.size > 1 ? `; ${count(texts.size - 1, 'more host')} as well` : '';
  return `; ${starts.length} of them ${first}${more}`;
}
