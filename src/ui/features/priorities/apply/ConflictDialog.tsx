import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useId, useMemo } from 'react';
import { count } from '../../../components/format.ts';
import { changeText } from '../model/changeText.ts';
import { changesOf, type Draft, movedIn, replay } from '../model/draft.ts';
import { policyDiff } from '../model/policyDiff.ts';
import type { Priorities } from '../usePriorities.ts';
import { DiffList } from './DiffList.tsx';

interface ConflictDialogProps {
  priorities: Priorities;
  nameOf: (uuid: string) => string;
  takeTheirs: () => void;
  rebase: (draft: Draft) => void;
  close: () => void;
}

/** What somebody else applied meanwhile beside one's own changes, and what can be done about it. */
export function ConflictDialog({ priorities, nameOf, takeTheirs, rebase, close }: ConflictDialogProps) {
  const titleId = useId();
  const { draft, policy, inForce } = priorities;
  const { base } = draft;
  const theirs = useMemo(() => policyDiff(base, inForce.policy, nameOf), [base, inForce.policy, nameOf]);
  const mine = useMemo(() => policyDiff(base, policy, nameOf, movedIn(draft)), [base, draft, policy, nameOf]);
  const again = useMemo(() => replay(changesOf(draft), inForce.policy), [draft, inForce.policy]);
  const contested = useMemo(() => {
    const about = new Set(theirs.map((line) => line.about));
    return new Set(mine.map((line) => line.about).filter((each) => about.has(each)));
  }, [theirs, mine]);
  const who = inForce.section.editedBy ?? 'Somebody else';
  return (
    <Modal isOpen variant="large" onClose={close} aria-labelledby={titleId}>
      <ModalHeader
        title={`${who} applied revision ${inForce.policy.revision} while you were editing`}
        labelId={titleId}
        description={`Your changes were made to revision ${base.revision}. Nothing of them is lost yet.`}
      />
      <ModalBody>
        <div className="mm-stack">
          <div className="mm-prio-sides">
            <section>
              <h2 className="mm-subhead">What {who} changed</h2>
              <DiffList
                headingLevel="h3"
                lines={theirs}
                contested={contested}
                label={`What ${who} changed`}
              />
            </section>
            <section>
              <h2 className="mm-subhead">What you changed</h2>
              <DiffList headingLevel="h3" lines={mine} contested={contested} label="What you changed" />
            </section>
          </div>
          {contested.size === 0 ? null : (
            <p>Where both changed the same, putting your changes on top means that yours hold.</p>
          )}
          {again.refused.length === 0 ? null : (
            <Alert
              variant="warning"
              isInline
              component="p"
              title={`${count(again.refused.length, 'change')} of yours cannot be put on top`}
            >
              <ul>
                {again.refused.map(({ change, why }) => {
                  const text = changeText(change, nameOf);
                  return (
                    <li key={`${text} ${why}`}>
                      {text}: {why}
                    </li>
                  );
                })}
              </ul>
            </Alert>
          )}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" onClick={() => rebase(again.draft)}>
          Put my changes on top
        </Button>
        <Button variant="secondary" onClick={takeTheirs}>
          Take theirs, drop mine
        </Button>
        <Button variant="link" onClick={close}>
          Keep editing
        </Button>
      </ModalFooter>
    </Modal>
  );
}
