import { Button, ExpandableSection } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { type Finding, severityRank } from '../../../contract/finding.ts';
import type { Operation } from '../../../contract/operation.ts';
import { useNow } from '../../components/clock.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { FindingList } from '../../components/FindingLine.tsx';
import { formatSpan } from '../../components/format.ts';
import { Status } from '../../components/Status.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import { HostProgressCard } from './HostProgressCard.tsx';
import { isEnded, operationTone, operationWord, overallProgress, progressByHost } from './progress.ts';

interface OperationViewProps {
  operation: Operation;
  /** Where findings are shown in another way. */
  hideFindings?: boolean;
  /** What to do about it, right after the error. */
  next?: ReactNode;
}

/** An operation in full: how far it is, on which host, what failed and why; can be cancelled while it runs. */
export function OperationView({ operation, hideFindings = false, next }: OperationViewProps) {
  const sorted = operation.findings.toSorted(worstFirst);
  const findings = sorted.filter(({ severity }) => severity !== 'ok');
  const fine = sorted.filter(({ severity }) => severity === 'ok');
  return (
    <div className="mm-stack">
      <OperationHead operation={operation} />
      {operation.error === undefined ? null : <ErrorNotice error={operation.error} />}
      {next}
      {hideFindings || findings.length === 0 ? null : <FindingList findings={findings} />}
      <div className="mm-host-cards">
        {progressByHost(operation.steps).map((progress) => (
          <HostProgressCard
            key={progress.host ?? ''}
            progress={progress}
            ended={isEnded(operation)}
            shownError={operation.error?.message}
          />
        ))}
      </div>
      {hideFindings || fine.length === 0 ? null : (
        <ExpandableSection toggleText={`What was found in order (${fine.length})`}>
          <FindingList findings={fine} />
        </ExpandableSection>
      )}
    </div>
  );
}

function worstFirst(a: Finding, b: Finding): number {
  return (
    severityRank[a.severity] - severityRank[b.severity] ||
    (a.host ?? '').localeCompare(b.host ?? '', 'en', { numeric: true })
  );
}

function OperationHead({ operation }: { operation: Operation }) {
  const call = useCall();
  const now = useNow();
  const cancel = useAction(() => call('operations.cancel', { operationId: operation.id }));
  const { settled, total } = overallProgress(operation);
  const span = formatSpan((operation.endedAt ?? now) - operation.startedAt);
  return (
    <>
      <div className="mm-operation-head" role="status">
        <Status tone={operationTone[operation.state]}>{operationWord[operation.state]}</Status>
        <span className="mm-dim">
          {total === 0 ? '' : `${settled} of ${total} steps, `}
          {isEnded(operation) ? `took ${span}` : `${span} so far`}
        </span>
        {isEnded(operation) ? null : (
          <Button
            variant="secondary"
            size="sm"
            isDisabled={operation.state === 'cancelling' || cancel.pending}
            onClick={() => void cancel.run()}
          >
            {operation.state === 'cancelling' ? 'Cancelling' : 'Cancel'}
          </Button>
        )}
      </div>
      {cancel.error === null ? null : <ErrorNotice error={cancel.error} />}
    </>
  );
}
