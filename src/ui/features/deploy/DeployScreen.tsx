import { Button, WizardNav, WizardNavItem } from '@patternfly/react-core';
import { Screen } from '../../components/Screen.tsx';
import { useDeploy, useDeployStore } from './DeployContext.tsx';
import { restartWizard, type WizardStep, wizardSteps } from './deployStore.ts';
import { FencingStep } from './steps/FencingStep.tsx';
import { HostsStep } from './steps/HostsStep.tsx';
import { NetworkStep } from './steps/NetworkStep.tsx';
import { PreflightStep } from './steps/PreflightStep.tsx';
import { ReviewStep } from './steps/ReviewStep.tsx';
import { RunStep } from './steps/RunStep.tsx';
import { StorageStep } from './steps/StorageStep.tsx';
import { VerifyStep } from './steps/VerifyStep.tsx';
import { useWizard, type Wizard } from './useWizard.ts';
import { WizardFooter } from './WizardFooter.tsx';

const stepWords: Record<WizardStep, string> = {
  hosts: 'Hosts',
  network: 'Names and heartbeat',
  storage: 'Storage',
  fencing: 'Fencing',
  preflight: 'Preflight',
  review: 'Review',
  deploy: 'Deploy',
  verify: 'Verify',
};

export function DeployScreen() {
  const wizard = useWizard();
  const store = useDeployStore();
  const step = useDeploy((state) => state.step);
  return (
    <Screen
      title="Deploy a cluster"
      actions={
        <Button variant="link" isDisabled={wizard.isRunning} onClick={() => restartWizard(store)}>
          Start over
        </Button>
      }
    >
      <div className="mm-wizard">
        <div className="mm-wizard-nav pf-v6-c-wizard">
          <WizardNav aria-label="Steps of the deployment">
            {wizardSteps.map((name, index) => (
              <WizardNavItem
                key={name}
                stepIndex={index + 1}
                content={stepWords[name]}
                isCurrent={step === name}
                isDisabled={!wizard.canGoTo(name)}
                status={wizard.statusOf(name)}
                onClick={() => store.setState({ step: name })}
              />
            ))}
          </WizardNav>
        </div>
        <div className="mm-wizard-body">
          <StepContent key={step} step={step} wizard={wizard} />
        </div>
        <WizardFooter wizard={wizard} />
      </div>
    </Screen>
  );
}

function StepContent({ step, wizard }: { step: WizardStep; wizard: Wizard }) {
  const shown = wizard.shownProblems;
  switch (step) {
    case 'hosts':
      return <HostsStep problem={shown.hosts.hosts} />;
    case 'network':
      return <NetworkStep problems={shown.network} />;
    case 'storage':
      return <StorageStep problems={shown.storage} />;
    case 'fencing':
      return <FencingStep problems={shown.fencing} />;
    case 'preflight':
      return <PreflightStep preflight={wizard.preflight} />;
    case 'review':
      return <ReviewStep planRun={wizard.plan} />;
    case 'deploy':
      return <RunStep again={wizard.again} />;
    case 'verify':
      return <VerifyStep />;
  }
}
