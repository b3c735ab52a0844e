import { Form, FormGroup, Radio } from '@patternfly/react-core';
import { TextField } from '../../../components/TextField.tsx';
import { useDeploy, useEditDraft } from '../DeployContext.tsx';
import { type DeployDraft, touch } from '../draft.ts';
import { LinksTable } from '../LinksTable.tsx';
import { StepFrame } from '../StepFrame.tsx';

type Problems = Record<string, string>;

export function NetworkStep({ problems }: { problems: Problems }) {
  const draft = useDeploy((state) => state.draft);
  const edit = useEditDraft();
  return (
    <StepFrame
      title="Names and heartbeat"
      intro="Each heartbeat link is a network of its own. With two or more, losing one does not part the hosts."
    >
      <Form onSubmit={(event) => event.preventDefault()} className="mm-form">
        <TextField
          label="Cluster name"
          isRequired
          value={draft.clusterName}
          problem={problems.clusterName}
          onChange={(clusterName) => edit((before) => touch({ ...before, clusterName }, 'clusterName'))}
        />
        <FormGroup label="Hosts and heartbeat links" role="group">
          <LinksTable problems={problems} />
        </FormGroup>
        <Transport draft={draft} problems={problems} />
        <TextField
          label="Token timeout in milliseconds"
          value={draft.tokenMs}
          problem={problems.tokenMs}
          help="How long a host may be silent before the others take it for dead. Shorter finds failures sooner; too short mistakes a busy host for a dead one."
          onChange={(tokenMs) => edit((before) => ({ ...before, tokenMs }))}
        />
      </Form>
    </StepFrame>
  );
}

const transports: { value: DeployDraft['transport']; label: string; description: string }[] = [
  {
    value: 'knet',
    label: 'knet unicast (recommended)',
    description: 'Encrypted, up to eight links, latency is measured.',
  },
  {
    value: 'udp-multicast',
    label: 'UDP multicast',
    description: 'One link; switches must carry multicast. Latency is not measured.',
  },
  {
    value: 'udp-broadcast',
    label: 'UDP broadcast',
    description: 'One link, within one network. Latency is not measured.',
  },
];

function Transport({ draft, problems }: { draft: DeployDraft; problems: Problems }) {
  const edit = useEditDraft();
  return (
    <>
      <FormGroup label="Transport" role="radiogroup">
        {transports.map(({ value, label, description }) => (
          <Radio
            key={value}
            id={`transport-${value}`}
            name="transport"
            label={label}
            description={description}
            isChecked={draft.transport === value}
            onChange={() => edit((before) => ({ ...before, transport: value }))}
          />
        ))}
      </FormGroup>
      {draft.transport === 'udp-multicast' ? (
        <TextField
          label="Multicast address"
          value={draft.multicastAddress}
          problem={problems.multicastAddress}
          onChange={(multicastAddress) => edit((before) => ({ ...before, multicastAddress }))}
        />
      ) : null}
      {draft.transport === 'knet' ? null : (
        <TextField
          label="UDP port"
          value={draft.udpPort}
          problem={problems.udpPort}
          onChange={(udpPort) => edit((before) => ({ ...before, udpPort }))}
        />
      )}
    </>
  );
}
