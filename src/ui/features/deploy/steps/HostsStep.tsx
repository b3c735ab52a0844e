import { Alert, Button, Checkbox } from '@patternfly/react-core';
import { PlusCircleIcon } from '@patternfly/react-icons';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { Status } from '../../../components/Status.tsx';
import { useConsole } from '../../../store/ConsoleContext.tsx';
import { selectClusters } from '../../../store/selectors/clusters.ts';
import { type HostIdentity, selectHosts } from '../../../store/selectors/hosts.ts';
import { EmbeddedLabel } from '../../embedded/EmbeddedLabel.tsx';
import { AddHostDialog } from '../../hosts/AddHostDialog.tsx';
import { hostStatus } from '../../hosts/hostStatus.ts';
import { useDeploy, useEditDraft } from '../DeployContext.tsx';
import { refusal } from '../eligibility.ts';
import { StepFrame } from '../StepFrame.tsx';

export function HostsStep({ problem }: { problem: string | undefined }) {
  const hosts = Object.values(useConsole(selectHosts));
  const chosen = useDeploy((state) => state.draft.hostIds);
  const factErrors = useDeploy((state) => state.factErrors);
  const edit = useEditDraft();
  const [adding, setAdding] = useState(false);
  const choose = (id: string, yes: boolean) =>
    edit((draft) => ({
      ...draft,
      hostIds: yes ? [...new Set([...draft.hostIds, id])] : draft.hostIds.filter((known) => known !== id),
    }));
  return (
    <StepFrame
      title="Choose hosts"
      intro="Two or more hypervisor hosts that are connected. Three or more are better: of two, neither can outvote the other."
    >
      {problem === undefined ? null : <Alert variant="danger" isInline component="p" title={problem} />}
      {factErrors.map((error) => (
        <ErrorNotice key={`${error.host ?? ''}${error.message}`} error={error} />
      ))}
      {hosts.length === 0 ? (
        <p>No host is in Minime yet. Add the first one.</p>
      ) : (
        <div className="mm-panel">
          <Table aria-label="Hosts to choose from" variant="compact">
            <Thead>
              <Tr>
                <Th screenReaderText="Chosen" className="mm-narrow" />
                <Th>Host</Th>
                <Th>Connection</Th>
                <Th>Can be chosen</Th>
              </Tr>
            </Thead>
            <Tbody>
              {hosts.map((host) => (
                <HostChoice key={host.id} host={host} isChosen={chosen.includes(host.id)} choose={choose} />
              ))}
            </Tbody>
          </Table>
        </div>
      )}
      <div>
        <Button variant="secondary" icon={<PlusCircleIcon />} onClick={() => setAdding(true)}>
          Add host
        </Button>
      </div>
      {adding ? <AddHostDialog close={() => setAdding(false)} added={(id) => choose(id, true)} /> : null}
    </StepFrame>
  );
}

interface HostChoiceProps {
  host: HostIdentity;
  isChosen: boolean;
  choose: (id: string, yes: boolean) => void;
}

function HostChoice({ host, isChosen, choose }: HostChoiceProps) {
  const cluster = useConsole(selectClusters).find(({ hosts }) =>
    hosts.some((row) => row.host?.id === host.id),
  );
  const status = hostStatus(host, null);
  const bareEmbedded = useConsole(({ embedded }) => embedded?.bare === true);
  const reason = refusal(host, cluster ?? null, bareEmbedded);
  return (
    <Tr>
      <Td>
        <Checkbox
          id={`choose-${host.id}`}
          aria-label={`Choose ${host.name}`}
          isChecked={isChosen}
          // One that is chosen can always be let go of.
          isDisabled={reason !== null && !isChosen}
          onChange={(_event, checked) => choose(host.id, checked)}
        />
      </Td>
      <Td dataLabel="Host">
        {host.name} {host.embedded ? <EmbeddedLabel /> : null}
        {host.address === host.name ? null : <div className="mm-dim">{host.address}</div>}
      </Td>
      <Td dataLabel="Connection">
        <Status tone={status.tone}>{status.word}</Status>
      </Td>
      <Td dataLabel="Can be chosen">
        {reason !== null ? (
          <Status tone={isChosen ? 'error' : 'off'}>{reason}</Status>
        ) : cluster === undefined ? (
          <Status tone="ok">yes</Status>
        ) : (
          <Status tone="info">yes, to finish or repair {cluster.name}</Status>
        )}
      </Td>
    </Tr>
  );
}
