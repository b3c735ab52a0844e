import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';

interface DialogProps {
  title: string;
  description?: string;
  action: string;
  /** Why it cannot be done as the fields are; null: it can. */
  problem?: string | null;
  onSubmit: () => void;
  close: () => void;
  size?: 'small' | 'medium' | 'large';
  children: ReactNode;
}

/** Fields and what is done with them. Enter does it too. */
export function Dialog(props: DialogProps) {
  const { title, description, action, problem = null, onSubmit, close, size = 'small', children } = props;
  const titleId = useId();
  return (
    <Modal isOpen variant={size} onClose={close} aria-labelledby={titleId}>
      <ModalHeader title={title} labelId={titleId} {...(description === undefined ? {} : { description })} />
      <ModalBody>
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            if (problem === null) onSubmit();
          }}
        >
          {children}
          {/* Lets Enter submit from every field. */}
          <input type="submit" hidden disabled={problem !== null} />
        </Form>
        <div role="status" className="mm-field-problem">
          {problem}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" isDisabled={problem !== null} onClick={onSubmit}>
          {action}
        </Button>
        <Button variant="link" onClick={close}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
