import { FormGroup, Radio } from '@patternfly/react-core';
import { useState } from 'react';
import type { Policy, ReadinessCondition, Tier } from '../../../../contract/policy.ts';
import { TextField } from '../../../components/TextField.tsx';
import { Dialog } from '../Dialog.tsx';
import type { Change } from '../model/change.ts';
import { NumberField } from '../NumberField.tsx';

interface TierDialogProps {
  policy: Policy;
  /** Null: a new tier. */
  tier: Tier | null;
  /** Above which tier a new one comes; null: last. */
  before: string | null;
  change: (change: Change) => string | null;
  close: () => void;
}

const DAY_S = 86_400;

/** A tier's name and when the next one may begin. */
export function TierDialog({ policy, tier, before, change, close }: TierDialogProps) {
  const [name, setName] = useState(tier?.name ?? '');
  const [readiness, setReadiness] = useState<ReadinessCondition>(tier?.readiness ?? { kind: 'started' });
  const trimmed = name.trim();
  const taken = policy.tiers.some((other) => other.name === trimmed && other.name !== tier?.name);
  const problem = taken ? `There is a tier ${trimmed} already.` : null;
  const submit = () => {
    if (tier === null) change({ kind: 'add-tier', name: trimmed, before });
    else if (tier.name !== trimmed) change({ kind: 'rename-tier', tier: tier.name, name: trimmed });
    change({ kind: 'set-readiness', tier: trimmed, readiness });
    close();
  };
  return (
    <Dialog
      title={tier === null ? 'New tier' : `Tier ${tier.name}`}
      description="A tier is started once the one before it is ready."
      action={tier === null ? 'Add' : 'Change'}
      problem={trimmed === '' ? '' : problem}
      onSubmit={submit}
      close={close}
    >
      <TextField label="Name" value={name} isRequired onChange={setName} />
      <FormGroup role="radiogroup" label="It is ready, and the next tier begins" fieldId="tier-ready">
        <Radio
          id="tier-started"
          name="tier-ready"
          label="once the hypervisors say that all its VMs run"
          isChecked={readiness.kind === 'started'}
          onChange={() => setReadiness({ kind: 'started' })}
        />
        <Radio
          id="tier-agent"
          name="tier-ready"
          label="once the guest agents of its VMs answer"
          isChecked={readiness.kind === 'guest-agent'}
          onChange={() => setReadiness({ kind: 'guest-agent', timeoutS: 120 })}
          body={
            readiness.kind === 'guest-agent' ? (
              <NumberField
                label="Seconds after which it counts as ready all the same"
                value={readiness.timeoutS}
                min={1}
                max={DAY_S}
                unit="s, then all the same"
                onChange={(timeoutS) => setReadiness({ kind: 'guest-agent', timeoutS })}
              />
            ) : null
          }
        />
        <Radio
          id="tier-delay"
          name="tier-ready"
          label="some time after its last VM was started"
          isChecked={readiness.kind === 'delay'}
          onChange={() => setReadiness({ kind: 'delay', seconds: 30 })}
          body={
            readiness.kind === 'delay' ? (
              <NumberField
                label="Seconds after its last start"
                value={readiness.seconds}
                min={1}
                max={DAY_S}
                unit="s"
                onChange={(seconds) => setReadiness({ kind: 'delay', seconds })}
              />
            ) : null
          }
        />
      </FormGroup>
    </Dialog>
  );
}
