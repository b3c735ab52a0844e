import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useId, useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { TextField } from '../../components/TextField.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import { HostSelect } from './HostSelect.tsx';
import { readVirtualIp, type VirtualIpFields, type VirtualIpProblems } from './virtualIpForm.ts';

interface AddVirtualIpDialogProps {
  clusterId: string;
  hosts: readonly string[];
  close: () => void;
}

export function AddVirtualIpDialog({ clusterId, hosts, close }: AddVirtualIpDialogProps) {
  const titleId = useId();
  const formId = useId();
  const call = useCall();
  const [fields, setFields] = useState<VirtualIpFields>({
    name: '',
    address: '',
    networkCard: '',
    preferredHost: '',
  });
  const [problems, setProblems] = useState<VirtualIpProblems>({});
  const { run, pending, error } = useAction(async () => {
    const read = readVirtualIp(fields);
    if ('problems' in read) {
      setProblems(read.problems);
      return;
    }
    await call('virtualIp.add', { clusterId, spec: read.value });
    close();
  });
  const change = (more: Partial<VirtualIpFields>) => {
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
        title="Add virtual IP"
        labelId={titleId}
        description="One host of the cluster has this address; when that host fails, another one gets it. Nobody else may use it."
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
            label="Name"
            isRequired
            value={fields.name}
            problem={problems.name}
            help="What it is for, as web or storage-a."
            onChange={(name) => change({ name })}
          />
          <TextField
            label="Address"
            isRequired
            value={fields.address}
            problem={problems.address}
            help="With the length of its network, as 10.0.0.50/24. It must be free."
            onChange={(address) => change({ address })}
          />
          <HostSelect
            label="Preferred host"
            value={fields.preferredHost}
            hosts={hosts}
            none="any: it stays where it came to live last"
            onChange={(preferredHost) => change({ preferredHost })}
          />
          <TextField
            label="Network card"
            value={fields.networkCard}
            problem={problems.networkCard}
            help="Left empty: the card in whose network it is."
            onChange={(networkCard) => change({ networkCard })}
          />
          {error === null ? null : <ErrorNotice error={error} />}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" type="submit" form={formId} isLoading={pending} isDisabled={pending}>
          Add virtual IP
        </Button>
        <Button variant="link" onClick={close}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
