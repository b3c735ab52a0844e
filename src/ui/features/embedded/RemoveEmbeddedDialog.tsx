import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useId } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAction } from '../../components/useAction.ts';
import { navigate } from '../../shell/useRoute.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';

export function RemoveEmbeddedDialog({ close }: { close: () => void }) {
  const titleId = useId();
  const call = useCall();
  const folder = useConsole((state) => state.embedded?.folder ?? null);
  const { run, pending, error } = useAction(() => call('embedded.remove', {}));
  const remove = async () => {
    if (!(await run())) return;
    close();
    navigate({ screen: 'start' });
  };
  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby={titleId}>
      <ModalHeader title="Remove the embedded cluster?" titleIconVariant="warning" labelId={titleId} />
      <ModalBody>
        <div className="mm-stack">
          <p>
            Its hosts and VMs end, and they leave the inventory, with their priorities and history. No real
            host is touched. You can try it again at any time.
          </p>
          {folder === null ? null : (
            <p>
              Its folder is deleted: <span className="mm-code">{folder}</span>
            </p>
          )}
          {error === null ? null : <ErrorNotice error={error} />}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isLoading={pending} isDisabled={pending} onClick={() => void remove()}>
          Remove the embedded cluster
        </Button>
        <Button variant="link" onClick={close}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
