import { Button } from '@patternfly/react-core';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import type { WizardStep } from './deployStore.ts';
import type { Wizard } from './useWizard.ts';

const nextWords: Record<WizardStep, string> = {
  hosts: 'Next',
  network: 'Next',
  storage: 'Next',
  fencing: 'Check hosts',
  preflight: 'Review plan',
  review: 'Deploy now',
  deploy: 'Next',
  verify: '',
};

export function WizardFooter({ wizard }: { wizard: Wizard }) {
  const { step, obstacle } = wizard;
  return (
    <div className="mm-wizard-footer">
      {wizard.error === null ? null : <FooterError wizard={wizard} />}
      <div className="mm-bar">
        <Button
          variant="secondary"
          isDisabled={step === 'hosts' || wizard.isRunning || wizard.pending}
          onClick={wizard.back}
        >
          Back
        </Button>
        {step === 'verify' ? null : (
          <Button
            variant="primary"
            isDisabled={obstacle !== null || wizard.pending}
            isLoading={wizard.pending}
            onClick={() => void wizard.next()}
          >
            {nextWords[step]}
          </Button>
        )}
        <span className="mm-dim" role="status">
          {wizard.pending && step === 'hosts' ? 'Asking the hosts what they offer' : (obstacle ?? '')}
        </span>
      </div>
    </div>
  );
}

/** Hosts that changed since the review are not an accident: a new plan is all it takes. */
function FooterError({ wizard: { error, plan, step } }: { wizard: Wizard }) {
  if (error === null) return null;
  return step === 'review' && error.kind === 'conflict' ? (
    <ErrorNotice error={error} retry={{ label: 'Plan again', run: () => void plan.run() }} />
  ) : (
    <ErrorNotice error={error} />
  );
}
