import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useId } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import type { HostIdentity } from '../../store/selectors/hosts.ts';

interface RemoveFromConsoleDialogProps {
  host: HostIdentity;
  inCluster: boolean;
  close: () => void;
  /** Called after the host is gone; the page that shows it should leave. */
  removed?: () => void;
}

/** Takes a host out of the inventory. Harmless to the host, and says so. */
export function RemoveFromConsoleDialog({ host, inCluster, close, removed }: RemoveFromConsoleDialogProps) {
  const titleId = useId();
  const call = useCall();
  const { run, pending, error } = useAction(() => call('hosts.remove', { hostId: host.id }));
  const remove = async () => {
    if (!(await run())) return;
    close();
    removed?.();
  };
  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby={titleId}>
      <ModalHeader title={`Remove ${host.name} from this console?`} labelId={titleId} />
      <ModalBody>
        <div className="mm-stack">
          <p>
            Minime forgets its address and remembered secrets and disconnects. Nothing is changed on the host
            {inCluster
              ? '; it stays in its cluster. To take it out of the cluster, use “Remove from cluster”.'
              : '.'}
          </p>
          {error === null ? null : <ErrorNotice error={error} />}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" isLoading={pending} isDisabled={pending} onClick={() => void remove()}>
          Remove from console
        </Button>
        <Button variant="link" onClick={close}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
