import { Button, Form, FormGroup, Radio } from '@patternfly/react-core';
import { MinusCircleIcon, PlusCircleIcon } from '@patternfly/react-icons';
import { CellInput } from '../../../components/CellInput.tsx';
import { TextField } from '../../../components/TextField.tsx';
import { useDeploy, useEditDraft } from '../DeployContext.tsx';
import { DeviceSelect } from '../DeviceSelect.tsx';
import { commonDevices } from '../defaults/devices.ts';
import { commonFolders } from '../defaults/withDefaults.ts';
import { type DeployDraft, touch } from '../draft.ts';
import { StepFrame } from '../StepFrame.tsx';
import { fieldNames } from '../toSpec.ts';

type Problems = Record<string, string>;

export function StorageStep({ problems }: { problems: Problems }) {
  const draft = useDeploy((state) => state.draft);
  const edit = useEditDraft();
  const kind = (quorumDisks: DeployDraft['quorumDisks']) =>
    edit((before) => touch({ ...before, quorumDisks }, 'quorumDisks'));
  return (
    <StepFrame
      title="Storage"
      intro="VMs must lie on storage that all hosts share. Each host also gets a small quorum disk there, which keeps what is needed to start its VMs elsewhere."
    >
      <Form onSubmit={(event) => event.preventDefault()} className="mm-form">
        <FormGroup label="Shared folders that hold disks of VMs" role="group">
          <SharedFolders draft={draft} problems={problems} />
        </FormGroup>
        <FormGroup label="Quorum disks" role="radiogroup">
          <Radio
            id="quorum-device"
            name="quorum-disks"
            label="On devices"
            description="One small LUN per host (100 MB is plenty), seen by all hosts under the same name. It is formatted."
            isChecked={draft.quorumDisks === 'device'}
            onChange={() => kind('device')}
          />
          <Radio
            id="quorum-image"
            name="quorum-disks"
            label="As image files"
            description="One file per host in a shared folder. Simple where there are no LUNs, as on NFS."
            isChecked={draft.quorumDisks === 'image'}
            onChange={() => kind('image')}
          />
        </FormGroup>
        {draft.quorumDisks === 'device' ? (
          <QuorumDevices draft={draft} problems={problems} />
        ) : (
          <>
            <TextField
              label="Folder of the image files"
              isRequired
              value={draft.imageFolder}
              problem={problems.imageFolder}
              onChange={(imageFolder) => edit((before) => touch({ ...before, imageFolder }, 'quorumDisks'))}
            />
            <TextField
              label="Size of each in MiB"
              isRequired
              value={draft.imageSizeMiB}
              problem={problems.imageSizeMiB}
              onChange={(imageSizeMiB) => edit((before) => touch({ ...before, imageSizeMiB }, 'quorumDisks'))}
            />
          </>
        )}
      </Form>
    </StepFrame>
  );
}

function SharedFolders({ draft, problems }: { draft: DeployDraft; problems: Problems }) {
  const facts = useDeploy((state) => state.facts);
  const edit = useEditDraft();
  const known = commonFolders(draft.hostIds.flatMap((id) => facts[id] ?? []));
  const set = (sharedFolders: string[]) =>
    edit((before) => touch({ ...before, sharedFolders }, 'sharedFolders'));
  return (
    <div className="mm-stack">
      {draft.sharedFolders.map((folder, index) => (
        // The lines have no identity but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className="mm-line">
          <div className="mm-grow">
            <CellInput
              label={`Shared folder ${index + 1}`}
              value={folder}
              problem={problems[fieldNames.sharedFolder(index)]}
              suggestions={known}
              onChange={(value) => set(draft.sharedFolders.with(index, value))}
            />
          </div>
          <Button
            variant="plain"
            icon={<MinusCircleIcon />}
            aria-label={`Remove shared folder ${index + 1}`}
            onClick={() => set(draft.sharedFolders.toSpliced(index, 1))}
          />
        </div>
      ))}
      {known.length === 0 ? (
        <p className="mm-dim">
          No network folder was found that all hosts have from the same source. Name the folder that they
          share; the preflight proves that they do.
        </p>
      ) : null}
      {problems.sharedFolders === undefined ? null : (
        <div className="mm-field-problem">{problems.sharedFolders}</div>
      )}
      <div>
        <Button
          variant="secondary"
          size="sm"
          icon={<PlusCircleIcon />}
          onClick={() => set([...draft.sharedFolders, ''])}
        >
          Add folder
        </Button>
      </div>
    </div>
  );
}

function QuorumDevices({ draft, problems }: { draft: DeployDraft; problems: Problems }) {
  const facts = useDeploy((state) => state.facts);
  const edit = useEditDraft();
  const devices = commonDevices(draft.hostIds.flatMap((id) => facts[id] ?? []));
  return (
    <FormGroup label="Device of each host" role="group">
      <table className="mm-fields-table">
        <tbody>
          {draft.hostIds.map((id) => {
            const name = draft.nodeNames[id] ?? id;
            return (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td className="mm-grow">
                  <DeviceSelect
                    label={`Quorum disk of ${name}`}
                    value={draft.quorumDevices[id] ?? ''}
                    devices={devices}
                    problem={problems[fieldNames.quorumDevice(id)]}
                    onChange={(path) =>
                      edit((before) =>
                        touch(
                          { ...before, quorumDevices: { ...before.quorumDevices, [id]: path } },
                          'quorumDisks',
                        ),
                      )
                    }
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </FormGroup>
  );
}
