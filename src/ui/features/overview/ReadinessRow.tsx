import { Button } from '@patternfly/react-core';
import { useId, useState } from 'react';
import type { Plan, PlannedStaysDown } from '../../../contract/plan.ts';
import { refusalText, staysDownText } from '../../../contract/planText.ts';
import { Status } from '../../components/Status.tsx';
import { failureOutcome } from './failureOutcome.ts';

/** One host: fine in one line, or which VMs would stay down, with the reasons to unfold. */
export function ReadinessRow({ host, plan }: { host: string; plan: Plan }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const { tone, text, down } = failureOutcome(plan);
  return (
    <li>
      <div className="mm-readiness-line">
        <Status tone={tone}>
          <strong>{host}</strong>: {text}
        </Status>
        {down.length === 0 ? null : (
          <Button
            variant="link"
            isInline
            aria-expanded={open}
            aria-controls={id}
            aria-label={`${open ? 'Hide' : 'Show'} why VMs would stay down if ${host} failed`}
            onClick={() => setOpen(!open)}
          >
            {open ? 'Hide why' : 'Why'}
          </Button>
        )}
      </div>
      {open ? (
        <ul id={id} className="mm-readiness-why">
          {down.map((vm) => (
            <Why key={vm.uuid} vm={vm} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function Why({ vm }: { vm: PlannedStaysDown }) {
  return (
    <li>
      <strong>{vm.name}</strong>: {staysDownText(vm)}
      {vm.refused.length === 0 ? null : (
        <ul className="mm-dim">
          {vm.refused.map((refusal) => (
            <li key={refusal.host}>{refusalText(refusal)}</li>
          ))}
        </ul>
      )}
    </li>
  );
}
