import { ExpandableSection, Progress, ProgressMeasureLocation } from '@patternfly/react-core';
import { useId } from 'react';
import type { OperationStep } from '../../../contract/operation.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Status, type Tone } from '../../components/Status.tsx';
import { type HostProgress, stepTone, stepWord } from './progress.ts';

interface HostProgressCardProps {
  progress: HostProgress;
  ended: boolean;
  /** Message of an error that stands above already. */
  shownError: string | undefined;
}

export function HostProgressCard({ progress, ended, shownError }: HostProgressCardProps) {
  const id = useId();
  const { host, steps, settled, running, failed } = progress;
  const name = host ?? 'Cluster';
  return (
    <section className="mm-host-card" aria-labelledby={id}>
      <div className="mm-host-card-head">
        <h3 id={id}>{name}</h3>
        <Status tone={cardTone(progress, ended)}>{cardWord(progress, ended)}</Status>
      </div>
      <Progress
        aria-label={`Progress on ${name}`}
        value={(settled / Math.max(1, steps.length)) * 100}
        measureLocation={ProgressMeasureLocation.none}
        size="sm"
        {...(failed.length > 0 ? { variant: 'danger' as const } : {})}
      />
      {running.map((step) => (
        <Step key={step.id} step={step} />
      ))}
      {failed.map((step) => (
        <div key={step.id}>
          <Step step={step} />
          {step.error === undefined || step.error.message === shownError ? null : (
            <ErrorNotice error={step.error} />
          )}
        </div>
      ))}
      <ExpandableSection toggleText={steps.length === 1 ? '1 step' : `All ${steps.length} steps`} isIndented>
        <ol className="mm-steps">
          {steps.map((step) => (
            <li key={step.id}>
              <Step step={step} />
            </li>
          ))}
        </ol>
      </ExpandableSection>
    </section>
  );
}

function Step({ step }: { step: OperationStep }) {
  return (
    <div className="mm-step">
      <Status tone={stepTone[step.state]}>
        {step.title} <span className="mm-dim">{stepWord[step.state]}</span>
      </Status>
      {step.detail === undefined ? null : <div className="mm-step-detail">{step.detail}</div>}
    </div>
  );
}

function cardTone({ failed, settled, steps }: HostProgress, ended: boolean): Tone {
  if (failed.length > 0) return 'error';
  if (settled === steps.length) return 'ok';
  return ended ? 'refused' : 'working';
}

function cardWord({ failed, settled, steps }: HostProgress, ended: boolean): string {
  if (failed.length > 0) return 'Failed';
  if (settled === steps.length) return 'Done';
  return ended ? `Stopped at ${settled} of ${steps.length}` : `${settled} of ${steps.length}`;
}
