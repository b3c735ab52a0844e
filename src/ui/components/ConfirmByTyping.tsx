import {
  Button,
  Form,
  FormGroup,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextInput,
} from '@patternfly/react-core';
import { type ReactNode, useId, useState } from 'react';
import { ErrorNotice } from './ErrorNotice.tsx';
import { useAction } from './useAction.ts';

interface ConfirmByTypingProps {
  title: string;
  /** What will happen, in full. */
  children: ReactNode;
  /** What must be typed, letter by letter. */
  expected: string;
  /** What that word is: "the name of the cluster". */
  expectedIs: string;
  action: string;
  perform: () => Promise<unknown>;
  close: () => void;
}

/** A confirmation that cannot be given by a slip of the hand. Stays open, with the reason, if the action fails. */
export function ConfirmByTyping({
  title,
  children,
  expected,
  expectedIs,
  action,
  perform,
  close,
}: ConfirmByTypingProps) {
  const titleId = useId();
  const inputId = useId();
  const [typed, setTyped] = useState('');
  const { run, pending, error } = useAction(perform);
  const submit = async () => {
    if (typed === expected && (await run())) close();
  };
  return (
    <Modal isOpen variant="medium" onClose={close} aria-labelledby={titleId}>
      <ModalHeader title={title} titleIconVariant="warning" labelId={titleId} />
      <ModalBody>
        <div className="mm-stack">
          <Form
            onSubmit={(event) => {
              event.preventDefault();
              void submit();
            }}
          >
            {children}
            <FormGroup label={`Type ${expectedIs}, ${expected}, to confirm`} fieldId={inputId}>
              <TextInput
                id={inputId}
                value={typed}
                onChange={(_event, value) => setTyped(value)}
                autoComplete="off"
                spellCheck="false"
              />
            </FormGroup>
          </Form>
          {error === null ? null : <ErrorNotice error={error} />}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button
          variant="danger"
          isDisabled={typed !== expected || pending}
          isLoading={pending}
          onClick={() => void submit()}
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
