import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useId, useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { TextField } from '../../components/TextField.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import { type AddressFields, type AddressProblems, readAddress, splitPasted } from './addressForm.ts';

interface AddHostDialogProps {
  suggestedAddress?: string;
  close: () => void;
  added?: (hostId: string) => void;
}

/** Asks how to reach a host. Questions of the connection itself (fingerprint, password) come as prompts afterwards. */
export function AddHostDialog({ suggestedAddress = '', close, added }: AddHostDialogProps) {
  const titleId = useId();
  const formId = useId();
  const call = useCall();
  const [fields, setFields] = useState<AddressFields>({
    address: suggestedAddress,
    port: '',
    user: '',
    identityFile: '',
  });
  const [problems, setProblems] = useState<AddressProblems>({});
  const { run, pending, error } = useAction(async () => {
    const read = readAddress(fields);
    if ('problems' in read) {
      setProblems(read.problems);
      return;
    }
    const { hostId } = await call('hosts.add', read.value);
    close();
    added?.(hostId);
  });
  const change = (more: Partial<AddressFields>) => {
    setFields({ ...fields, ...more });
    setProblems({});
  };
  return (
    <Modal
      isOpen
      variant="small"
      onClose={close}
      aria-labelledby={titleId}
      elementToFocus={`#${CSS.escape(formId)} input`}
    >
      <ModalHeader
        title="Add host"
        labelId={titleId}
        description="Minime connects over SSH and uses your ~/.ssh/config, agent and keys. It asks for what is missing."
      />
      <ModalBody>
        <Form
          id={formId}
          onSubmit={(event) => {
            event.preventDefault();
            void run();
          }}
        >
          <TextField
            label="Address"
            isRequired
            value={fields.address}
            problem={problems.address}
            help="Host name, IP address, or a Host of your ~/.ssh/config. user@host:port works too."
            onChange={(address) => change({ address })}
            onBlur={() => change(splitPasted(fields.address))}
          />
          <TextField
            label="User"
            value={fields.user}
            problem={problems.user}
            help="Left empty: as ~/.ssh/config says, else root. Another user needs sudo."
            onChange={(user) => change({ user })}
          />
          <TextField
            label="Port"
            value={fields.port}
            problem={problems.port}
            help="Left empty: as ~/.ssh/config says, else 22."
            onChange={(port) => change({ port })}
          />
          <TextField
            label="Private key file"
            value={fields.identityFile}
            problem={problems.identityFile}
            help="Left empty: the keys of your agent and ~/.ssh."
            onChange={(identityFile) => change({ identityFile })}
          />
          {error === null ? null : <ErrorNotice error={error} />}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" type="submit" form={formId} isLoading={pending} isDisabled={pending}>
          Add host
        </Button>
        <Button variant="link" onClick={close}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
