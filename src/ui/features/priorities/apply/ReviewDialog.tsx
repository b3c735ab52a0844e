import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useId, useMemo } from 'react';
import { policyProblems } from '../../../../planner/policyProblems.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { FindingList } from '../../../components/FindingLine.tsx';
import { count } from '../../../components/format.ts';
import type { DiffLine } from '../model/policyDiff.ts';
import type { Priorities } from '../usePriorities.ts';
import { DiffList } from './DiffList.tsx';

interface ReviewDialogProps {
  clusterName: string;
  priorities: Priorities;
  lines: DiffLine[];
  nameOf: (uuid: string) => string;
  apply: () => void;
  close: () => void;
}

/** All that applying would change, before it does. */
export function ReviewDialog({ clusterName, priorities, lines, nameOf, apply, close }: ReviewDialogProps) {
  const titleId = useId();
  const { policy, state } = priorities;
  const problems = useMemo(() => policyProblems(policy, nameOf), [policy, nameOf]);
  const applying = state.apply.state === 'applying';
  return (
    <Modal isOpen variant="medium" onClose={close} aria-labelledby={titleId}>
      <ModalHeader
        title={`Apply ${count(lines.length, 'change')} to ${clusterName}?`}
        labelId={titleId}
        description="They hold for all hosts of the cluster from the moment they are applied, also for a takeover that begins then. No VM is started, stopped or moved now."
      />
      <ModalBody>
        <div className="mm-stack">
          {state.apply.state === 'failed' ? <ErrorNotice error={state.apply.error} /> : null}
          {problems.length === 0 ? null : (
            <>
              <p>A policy that contradicts itself cannot be applied:</p>
              <FindingList findings={problems} />
            </>
          )}
          <DiffList lines={lines} label="Changes" headingLevel="h2" />
        </div>
      </ModalBody>
      <ModalFooter>
        <Button
          variant="primary"
          isLoading={applying}
          isDisabled={applying || lines.length === 0 || problems.length > 0}
          onClick={apply}
        >
          {state.apply.state === 'failed' ? 'Try again' : 'Apply'}
        </Button>
        <Button variant="link" onClick={close}>
          Keep editing
        </Button>
      </ModalFooter>
    </Modal>
  );
}
