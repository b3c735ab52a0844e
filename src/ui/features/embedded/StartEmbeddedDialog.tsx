import {
  Button,
  Form,
  FormGroup,
  FormSelect,
  FormSelectOption,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from '@patternfly/react-core';
import { useId, useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAction } from '../../components/useAction.ts';
import { navigate } from '../../shell/useRoute.ts';
import { useCall } from '../../store/ConsoleContext.tsx';

const sizes = [
  { hosts: 3, label: '3 hosts, 12 VMs' },
  { hosts: 5, label: '5 hosts, 20 VMs' },
  { hosts: 8, label: '8 hosts, 32 VMs' },
];
const speeds = [
  { speed: 1, label: 'As real hosts: a takeover takes about half a minute' },
  { speed: 5, label: 'Five times as fast' },
];

const beginnings = [
  { bare: false, label: 'There from the start' },
  { bare: true, label: 'Not there: you deploy it, as on real hosts' },
];

/** Says what it is before it is made. The defaults fit, so that it is one more click. */
export function StartEmbeddedDialog({ close }: { close: () => void }) {
  const titleId = useId();
  const ids = { size: useId(), speed: useId(), bare: useId() };
  const call = useCall();
  const [hosts, setHosts] = useState(3);
  const [speed, setSpeed] = useState(1);
  const [bare, setBare] = useState(false);
  const { run, pending, error } = useAction(() => call('embedded.start', { hosts, speed, bare }));
  const start = async () => {
    if (!(await run())) return;
    close();
    navigate({ screen: 'embedded' });
  };
  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby={titleId}>
      <ModalHeader
        title="Try the embedded cluster"
        labelId={titleId}
        description="Hosts that run inside Minime, with the real host program and VMs that are only pretended. Reached over SSH like any host, kept in one folder, removed with one button. Nothing outside of Minime is touched."
      />
      <ModalBody>
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <FormGroup label="Size" fieldId={ids.size}>
            <FormSelect id={ids.size} value={hosts} onChange={(_event, value) => setHosts(Number(value))}>
              {sizes.map((size) => (
                <FormSelectOption key={size.hosts} value={size.hosts} label={size.label} />
              ))}
            </FormSelect>
          </FormGroup>
          <FormGroup label="Speed" fieldId={ids.speed}>
            <FormSelect id={ids.speed} value={speed} onChange={(_event, value) => setSpeed(Number(value))}>
              {speeds.map((each) => (
                <FormSelectOption key={each.speed} value={each.speed} label={each.label} />
              ))}
            </FormSelect>
          </FormGroup>
          <FormGroup label="High availability" fieldId={ids.bare}>
            <FormSelect
              id={ids.bare}
              value={String(bare)}
              onChange={(_event, value) => setBare(value === 'true')}
            >
              {beginnings.map((each) => (
                <FormSelectOption key={each.label} value={String(each.bare)} label={each.label} />
              ))}
            </FormSelect>
          </FormGroup>
          {error === null ? null : <ErrorNotice error={error} />}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" isLoading={pending} isDisabled={pending} onClick={() => void start()}>
          Start it
        </Button>
        <Button variant="link" onClick={close}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
