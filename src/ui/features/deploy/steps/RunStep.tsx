import { Alert, Button } from '@patternfly/react-core';
import { useConsole } from '../../../store/ConsoleContext.tsx';
import { OperationView } from '../../operations/OperationView.tsx';
import { useDeploy } from '../DeployContext.tsx';
import { StepFrame } from '../StepFrame.tsx';

/** The deployment under way, and what is to be done if it fails. `again` leads back to a new plan of what is left. */
export function RunStep({ again }: { again: () => void }) {
  const runId = useDeploy((state) => state.runId);
  const operation = useConsole((state) => state.operations.find(({ id }) => id === runId));
  return (
    <StepFrame
      title="Deploy"
      intro="It goes on if this window is closed, and can be cancelled: what was begun on a host is finished or taken back."
    >
      {operation === undefined ? (
        <Alert variant="info" isInline component="p" title="This deployment is not in the list any more">
          It was dismissed, or Minime was started anew. Plan again to see what is left to do.
        </Alert>
      ) : (
        <OperationView
          operation={operation}
          next={['failed', 'cancelled'].includes(operation.state) ? <RunAgain again={again} /> : null}
        />
      )}
      {operation === undefined ? <RunAgain again={again} /> : null}
    </StepFrame>
  );
}

function RunAgain({ again }: { again: () => void }) {
  return (
    <Alert
      variant="warning"
      isInline
      component="p"
      title="Nothing that was chosen is lost"
      actionLinks={
        <Button variant="primary" onClick={again}>
          Review what is left and run again
        </Button>
      }
    >
      Put right what failed, then run it again: it finishes what is missing and changes nothing that is right.
    </Alert>
  );
}
