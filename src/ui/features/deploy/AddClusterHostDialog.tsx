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
import { PlusCircleIcon } from '@patternfly/react-icons';
import { useId, useState } from 'react';
import type { HostFacts } from '../../../contract/deployment.ts';
import { MinimeError } from '../../../contract/errors.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAction } from '../../components/useAction.ts';
import { navigate } from '../../shell/useRoute.ts';
import { useConsole, useConsoleClient } from '../../store/ConsoleContext.tsx';
import { type Cluster, selectFreeHosts } from '../../store/selectors/clusters.ts';
import { AddHostDialog } from '../hosts/AddHostDialog.tsx';
import { type NewMember, proposeMember } from './defaults/newMember.ts';
import { refusal } from './eligibility.ts';
import { MemberFields } from './MemberFields.tsx';
import { memberProblems } from './memberProblems.ts';

interface AddClusterHostDialogProps {
  cluster: Cluster;
  clusterId: string;
  close: () => void;
}

/** Adds a host to a running cluster: which one, its name and addresses, its quorum disk, its fence parameters. */
export function AddClusterHostDialog({ cluster, clusterId, close }: AddClusterHostDialogProps) {
  const ids = { title: useId(), form: useId(), host: useId() };
  const { store, call } = useConsoleClient();
  const candidates = useConsole(selectFreeHosts).filter((host) => refusal(host, null, false) === null);
  const [hostId, setHostId] = useState('');
  const [facts, setFacts] = useState<HostFacts | null>(null);
  const [member, setMember] = useState<NewMember | null>(null);
  const [fence, setFence] = useState<Record<string, string>>({});
  const [attempted, setAttempted] = useState(false);
  const [addingToConsole, setAddingToConsole] = useState(false);
  const problems = member === null ? {} : memberProblems(member, cluster);

  const choose = useAction(async (id: string) => {
    setHostId(id);
    setFacts(null);
    setMember(null);
    if (id === '') return;
    const { hosts, errors } = await call('deploy.facts', { hostIds: [id] });
    const [told] = hosts;
    if (told === undefined) {
      throw new MinimeError(errors[0] ?? { kind: 'internal', message: 'The host told nothing.' });
    }
    setFacts(told);
    setMember(proposeMember(cluster, told, store.getState().sections.quorumDisks));
  });
  const add = useAction(async () => {
    if (member === null) return;
    const given = Object.fromEntries(Object.entries(fence).filter(([, value]) => value !== ''));
    const { operationId } = await call('deploy.addHost', {
      clusterId,
      host: {
        hostId,
        nodeName: member.nodeName.trim(),
        linkAddresses: member.linkAddresses.map((text) => text.trim()),
      },
      ...(member.quorumDiskDevice === null ? {} : { quorumDiskDevice: member.quorumDiskDevice.trim() }),
      ...(Object.keys(given).length === 0 ? {} : { fenceParameters: given }),
    });
    close();
    navigate({ screen: 'activity', operationId });
  });
  const submit = () => {
    setAttempted(true);
    if (member !== null && Object.keys(problems).length === 0) void add.run();
  };
  if (addingToConsole) return <AddHostDialog close={() => setAddingToConsole(false)} />;
  return (
    <Modal isOpen variant="medium" onClose={close} aria-labelledby={ids.title}>
      <ModalHeader
        title={`Add a host to ${cluster.name}`}
        labelId={ids.title}
        description="The host is checked first. Then it gets the same packages and files as the others, and joins."
      />
      <ModalBody>
        <Form
          id={ids.form}
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <FormGroup label="Host" fieldId={ids.host} isRequired>
            <FormSelect id={ids.host} value={hostId} onChange={(_event, id) => void choose.run(id)}>
              <FormSelectOption
                value=""
                isPlaceholder
                label={
                  candidates.length === 0
                    ? 'No connected host is without a cluster'
                    : 'Choose a connected host'
                }
              />
              {candidates.map((host) => (
                <FormSelectOption key={host.id} value={host.id} label={host.name} />
              ))}
            </FormSelect>
          </FormGroup>
          <div>
            <Button
              variant="link"
              isInline
              icon={<PlusCircleIcon />}
              onClick={() => setAddingToConsole(true)}
            >
              Connect to another host first
            </Button>
          </div>
          {choose.pending ? <p role="status">Asking the host what it offers</p> : null}
          {choose.error === null ? null : (
            <ErrorNotice
              error={choose.error}
              retry={{ label: 'Ask again', run: () => void choose.run(hostId) }}
            />
          )}
          {member === null || facts === null ? null : (
            <MemberFields
              cluster={cluster}
              facts={facts}
              member={member}
              problems={attempted ? problems : {}}
              onChange={setMember}
              fence={fence}
              onFenceChange={setFence}
            />
          )}
          {add.error === null ? null : <ErrorNotice error={add.error} />}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button
          variant="primary"
          type="submit"
          form={ids.form}
          isDisabled={member === null || add.pending}
          isLoading={add.pending}
        >
          Add to {cluster.name}
        </Button>
        <Button variant="link" onClick={close}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
