import { staysDownText } from '../../../../contract/planText.ts';
import { formatForecast } from '../../../components/format.ts';
import { Status } from '../../../components/Status.tsx';
import { isAlive, type VmRow } from '../../../store/selectors/vms.ts';
import { briefCauseText, fateText, type Outcome } from '../whatif/outcomes.ts';

/** What becomes of a VM when the chosen hosts fail, in one line. */
export function OutcomeCell({ vm, outcome }: { vm: VmRow | undefined; outcome: Outcome | undefined }) {
  if (outcome === undefined) return <span className="mm-dim">{undisturbed(vm)}</span>;
  const { planned, startedAtS, otherwise } = outcome;
  return (
    <>
      {planned.outcome === 'start' ? (
        <span>
          → {planned.host}
          {startedAtS === null ? '' : `, ${formatForecast(startedAtS)}`}
        </span>
      ) : (
        <span title={staysDownText(planned)}>
          <Status tone="warning">stays down: {briefCauseText(planned)}</Status>
        </span>
      )}
      {otherwise === null ? null : (
        <span className="mm-prio-otherwise" title={`With the present policy: ${fateText(otherwise)}`}>
          now {fateText(otherwise)}
        </span>
      )}
    </>
  );
}

function undisturbed(vm: VmRow | undefined): string {
  if (vm === undefined) return '';
  if (!isAlive(vm.state)) return 'does not run';
  return `stays on ${vm.runningOn.map(({ name }) => name).join(', ')}`;
}
