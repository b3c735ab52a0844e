import { Alert, AlertActionLink, ExpandableSection } from '@patternfly/react-core';
import type { ErrorInfo } from '../../contract/errors.ts';
import { CopyButton } from './CopyButton.tsx';
import { errorText } from './findings.ts';

interface ErrorNoticeProps {
  error: ErrorInfo;
  /** Offered as the next thing to try. */
  retry?: { label: string; run: () => void };
}

/** An error as the admin needs it: what happened, where, why, what to do, and all of it to copy. */
export function ErrorNotice({ error, retry }: ErrorNoticeProps) {
  return (
    <Alert
      variant="danger"
      isInline
      component="p"
      title={error.message}
      actionLinks={
        <>
          {retry === undefined ? null : <AlertActionLink onClick={retry.run}>{retry.label}</AlertActionLink>}
          <CopyButton text={errorText(error)} />
        </>
      }
    >
      <dl className="mm-error-facts">
        <Fact name="Host" value={error.host} />
        <Fact name="Why" value={error.cause} />
        <Fact name="What to do" value={error.remedy} />
      </dl>
      {error.details === undefined ? null : (
        <ExpandableSection toggleText="Details" className="mm-error-details">
          <pre className="mm-pre" tabIndex={0} aria-label="Error details">
            {error.details}
          </pre>
        </ExpandableSection>
      )}
    </Alert>
  );
}

function Fact({ name, value }: { name: string; value: string | undefined }) {
  if (value === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
