import { Alert, AlertActionCloseButton, AlertActionLink } from '@patternfly/react-core';
import { Age } from '../../../components/Age.tsx';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { count } from '../../../components/format.ts';
import type { Priorities } from '../usePriorities.ts';

interface NoticesProps {
  priorities: Priorities;
  /** Why nothing can be changed; null: it can. */
  readOnly: string | null;
  showConflict: () => void;
  retry: () => void;
}

/** What the admin must know before going on: that nothing can be changed, that somebody else did, how applying went. */
export function Notices({ priorities, readOnly, showConflict, retry }: NoticesProps) {
  const { inForce, draft, outdated, state, actions } = priorities;
  const { apply } = state;
  const who = inForce.section.editedBy ?? 'Somebody else';
  const conflict = apply.state === 'failed' && apply.error.kind === 'conflict';
  return (
    <div className="mm-stack mm-prio-notices" aria-live="polite">
      {readOnly === null ? null : (
        <Alert
          variant="warning"
          isInline
          component="p"
          title="The priorities can be looked at, but not changed"
        >
          {readOnly}
        </Alert>
      )}
      {outdated ? (
        <Alert
          variant="warning"
          isInline
          component="p"
          title={`${who} applied revision ${inForce.policy.revision} while you were editing revision ${draft.base.revision}`}
          actionLinks={<AlertActionLink onClick={showConflict}>See both and decide</AlertActionLink>}
        >
          {inForce.section.editedAt === undefined ? null : (
            <Age at={inForce.section.editedAt} prefix="Applied" />
          )}
        </Alert>
      ) : conflict ? (
        <Alert
          variant="warning"
          isInline
          component="p"
          title="Not applied: somebody else has applied a later revision. It is on its way here; then you can compare."
        />
      ) : apply.state === 'failed' ? (
        <ErrorNotice error={apply.error} retry={{ label: 'Try again', run: retry }} />
      ) : null}
      {apply.state === 'applied' ? (
        <Alert
          variant="success"
          isInline
          component="p"
          title={`Applied as revision ${apply.revision} (${count(apply.changes, 'step')} of yours)`}
          actionClose={<AlertActionCloseButton onClose={() => actions.setApply({ state: 'idle' })} />}
        />
      ) : null}
    </div>
  );
}
