import { Button } from '@patternfly/react-core';
import { RedoIcon, UndoIcon } from '@patternfly/react-icons';
import { count } from '../../../components/format.ts';
import type { Priorities } from '../usePriorities.ts';

interface HeadActionsProps {
  priorities: Priorities;
  changes: number;
  readOnly: boolean;
  review: () => void;
  discard: () => void;
}

export function HeadActions({ priorities, changes, readOnly, review, discard }: HeadActionsProps) {
  const { draft, edited, state, actions } = priorities;
  const applying = state.apply.state === 'applying';
  return (
    <>
      <span className="mm-dim" role="status">
        {edited ? `${count(changes, 'change')} not applied` : ''}
      </span>
      <Button
        variant="plain"
        aria-label="Undo"
        title="Undo (Ctrl+Z)"
        icon={<UndoIcon />}
        isDisabled={draft.steps.length === 0 || applying}
        onClick={actions.undo}
      />
      <Button
        variant="plain"
        aria-label="Redo"
        title="Redo (Ctrl+Shift+Z)"
        icon={<RedoIcon />}
        isDisabled={draft.undone.length === 0 || applying}
        onClick={actions.redo}
      />
      <Button variant="secondary" isDisabled={!edited || applying} onClick={discard}>
        Discard
      </Button>
      <Button
        variant="primary"
        isDisabled={!edited || readOnly || applying}
        isLoading={applying}
        onClick={review}
      >
        Review and apply
      </Button>
    </>
  );
}
