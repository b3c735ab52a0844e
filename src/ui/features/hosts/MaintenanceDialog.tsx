import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAction } from '../../components/useAction.ts';

interface MaintenanceDialogProps {
  title: string;
  action: string;
  perform: () => Promise<unknown>;
  close: () => void;
  children: ReactNode;
}

/** Asks before VMs are moved about. Stays open, with the reason, if the host refuses. */
export function MaintenanceDialog({ title, action, perform, close, children }: MaintenanceDialogProps) {
  const titleId = useId();
  const { run, pending, error } = useAction(perform);
  const go = async () => {
    if (await run()) close();
  };
  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby={titleId}>
      <ModalHeader title={title} labelId={titleId} />
      <ModalBody>
        <div className="mm-stack">
          {children}
          {error === null ? null : <ErrorNotice error={error} />}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" isLoading={pending} isDisabled={pending} onClick={() => void go()}>
          {action}
        </Button>
        <Button variant="link" onClick={close}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
