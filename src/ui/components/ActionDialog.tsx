import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';
import { ErrorNotice } from './ErrorNotice.tsx';
import { useAction } from './useAction.ts';

interface ActionDialogProps {
  title: string;
  action: string;
  /** It takes something away. */
  isDanger?: boolean;
  perform: () => Promise<unknown>;
  close: () => void;
  children: ReactNode;
}

/** Asks before something is moved or taken away. Stays open, with the reason, if the host refuses. */
export function ActionDialog({
  title,
  action,
  isDanger = false,
  perform,
  close,
  children,
}: ActionDialogProps) {
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
        <Button
          variant={isDanger ? 'danger' : 'primary'}
          isLoading={pending}
          isDisabled={pending}
          onClick={() => void go()}
        >
          {action}
        </Button>
        <Button variant="link" onClick={close}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
