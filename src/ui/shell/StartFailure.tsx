import { Button, Title } from '@patternfly/react-core';
import type { ErrorInfo } from '../../contract/errors.ts';
import { ErrorNotice } from '../components/ErrorNotice.tsx';

/** Shown alone when there is no core to talk to. */
export function StartFailure({ error }: { error: ErrorInfo }) {
  return (
    <main className="mm-alone">
      <Title headingLevel="h1">Minime cannot be shown</Title>
      <ErrorNotice error={error} />
      <div>
        <Button variant="secondary" onClick={() => window.location.reload()}>
          Try again
        </Button>
      </div>
    </main>
  );
}
