import { Button, Spinner } from '@patternfly/react-core';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { count } from '../../../components/format.ts';
import { Status } from '../../../components/Status.tsx';
import { useOnArrival } from '../../../components/useOnArrival.ts';
import { useConsole } from '../../../store/ConsoleContext.tsx';
import { isEnded } from '../../operations/progress.ts';
import { useDeploy } from '../DeployContext.tsx';
import { FindingGroups } from '../FindingGroups.tsx';
import { type PreflightResult, preflightResult } from '../preflightResult.ts';
import { StepFrame } from '../StepFrame.tsx';
import type { PreflightRun } from '../usePreflight.ts';

export function PreflightStep({ preflight }: { preflight: PreflightRun }) {
  const known = useDeploy((state) => state.preflight);
  const operation = useConsole((state) => state.operations.find(({ id }) => id === known?.operationId));
  const running = preflight.pending || (operation !== undefined && !isEnded(operation));
  const { run, isCurrent } = preflight;
  // Arriving here is the wish to check; nothing is changed by it.
  useOnArrival(() => {
    if (!isCurrent) void run();
  });
  const result = preflightResult(operation, isCurrent);
  return (
    <StepFrame
      title="Preflight"
      intro="Every host is checked for what the deployment needs, all at once. Nothing is changed."
    >
      <div className="mm-operation-head" role="status">
        {running ? <Spinner size="md" aria-label="Checking" /> : null}
        <Verdict result={result} running={running} />
        <Button variant="secondary" size="sm" isDisabled={running} onClick={() => void run()}>
          Check again
        </Button>
      </div>
      {preflight.error === null ? null : <ErrorNotice error={preflight.error} />}
      {operation?.error === undefined ? null : <ErrorNotice error={operation.error} />}
      {operation === undefined ? null : <FindingGroups findings={operation.findings} />}
    </StepFrame>
  );
}

function Verdict({ result, running }: { result: PreflightResult; running: boolean }) {
  if (running) return <span>Checking all hosts: {count(result.findings, 'result')} so far</span>;
  switch (result.verdict) {
    case 'missing':
      return <Status tone="waiting">Not checked yet</Status>;
    case 'outdated':
      return <Status tone="warning">The choices have changed since this check</Status>;
    case 'unfinished':
      return <Status tone="error">The check did not come to its end</Status>;
    case 'blocked':
      return <Status tone="error">{count(result.errors, 'error')} must be put right before going on</Status>;
    case 'passed':
      return result.warnings === 0 ? (
        <Status tone="ok">Everything is as it should be</Status>
      ) : (
        <Status tone="warning">Can be deployed, with {count(result.warnings, 'warning')}</Status>
      );
  }
}
