import type { FailoverVm } from '../../../contract/failover.ts';
import type { Plan, PlannedStart } from '../../../contract/plan.ts';
import { overCpuText, refusalText, staysDownText } from '../../../contract/planText.ts';
import { formatDuration } from '../../components/format.ts';
import { clockTime } from './RecordTimeline.tsx';
import { attemptWord } from './recordVms.ts';

interface RecordVmDetailsProps {
  vm: FailoverVm;
  planned: Plan['vms'][number] | null;
}

/** Why a VM is where it is: reasons, tries, and what the plan said of every host. */
export function RecordVmDetails({ vm, planned }: RecordVmDetailsProps) {
  /** The plan below says these too. */
  const refused = new Set(planned?.refused.map(refusalText));
  const handedOver = vm.outcome === 'running' && vm.host !== vm.home;
  return (
    <div className="mm-record-details">
      {vm.reasons
        .filter((reason) => !refused.has(reason))
        .map((reason) => (
          <p key={reason}>{reason}</p>
        ))}
      <dl className="mm-pairs">
        <dt>Tries</dt>
        <dd>
          {vm.attempts.length === 0 ? 'none' : null}
          {vm.attempts.map((attempt) => (
            <div key={`${attempt.startedAt}-${attempt.host}`}>
              <span className="mm-figures">{clockTime(attempt.startedAt)}</span> on {attempt.host}:{' '}
              {attempt.outcome === undefined ? 'no end recorded' : attemptWord[attempt.outcome]}
              {attempt.endedAt === undefined
                ? ''
                : ` after ${formatDuration(attempt.endedAt - attempt.startedAt)}`}
              {attempt.reason === undefined ? null : <div className="mm-dim">{attempt.reason}</div>}
            </div>
          ))}
        </dd>
        <dt>Plan</dt>
        <dd>
          <PlanReasons planned={planned} />
        </dd>
        {handedOver ? (
          <>
            <dt>Definition</dt>
            <dd>
              {vm.handedOver
                ? `On the quorum disk of ${vm.host}, and no longer on that of ${vm.home}.`
                : `Still on the quorum disk of ${vm.home}: ${vm.host} has not secured it yet.`}
            </dd>
          </>
        ) : null}
      </dl>
    </div>
  );
}

function PlanReasons({ planned }: { planned: RecordVmDetailsProps['planned'] }) {
  if (planned === null) return <span className="mm-dim">It had no part in the plan.</span>;
  return (
    <>
      {planned.outcome === 'start' ? startText(planned) : staysDownText(planned)}
      {planned.refused.length === 0 ? null : (
        <ul>
          {planned.refused.map((refusal) => (
            <li key={refusal.host}>{refusalText(refusal)}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function startText(planned: PlannedStart): string {
  const over = overCpuText(planned);
  return `Start on ${planned.host}, as number ${planned.position}${over === null ? '' : `, ${over}`}.`;
}
