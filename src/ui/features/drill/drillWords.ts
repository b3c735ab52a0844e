import type { Rehearsal, RehearsedVm } from '../../../contract/drill.ts';
import { count } from '../../components/format.ts';
import type { Tone } from '../../components/Status.tsx';

/** Whether a VM would not run, or it is doubtful that it would. */
export const isTrouble = ({ outcome, problems }: RehearsedVm): boolean =>
  outcome === 'stays-down' || outcome === 'refused' || (outcome === 'starts' && problems?.length !== 0);

export function vmStatus({ outcome, host, problems }: RehearsedVm): { tone: Tone; word: string } {
  switch (outcome) {
    case 'starts':
      if (problems === undefined) return { tone: 'unknown', word: `${host ?? 'Its host'} did not check it` };
      return problems.length === 0
        ? { tone: 'ok', word: `Genuine, and ${host ?? 'its host'} could start it` }
        : { tone: 'error', word: `Its start on ${host ?? 'its host'} would fail` };
    case 'runs-elsewhere':
      return { tone: 'info', word: `Runs on ${host ?? 'another host'} already, and would be left alone` };
    case 'stays-down':
      return { tone: 'warning', word: 'Would stay down' };
    case 'refused':
      return { tone: 'error', word: 'Would be refused' };
  }
}

/** The result in a sentence. */
export function verdictOf({ vms, findings }: Pick<Rehearsal, 'vms' | 'findings'>): {
  tone: Tone;
  text: string;
} {
  if (findings.some(({ severity }) => severity === 'error')) {
    return { tone: 'error', text: 'Its takeover would not go well' };
  }
  const trouble = vms.filter(isTrouble).length;
  if (trouble > 0) return { tone: 'warning', text: `${count(trouble, 'VM')} of ${vms.length} would not run` };
  return vms.length === 0
    ? { tone: 'ok', text: 'Nothing runs on it' }
    : { tone: 'ok', text: `All of its ${count(vms.length, 'VM')} would run again` };
}
