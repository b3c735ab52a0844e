import { Button, Form, FormGroup, Radio } from '@patternfly/react-core';
import { MinusCircleIcon, PlusCircleIcon } from '@patternfly/react-icons';
import { CellInput } from '../../../components/CellInput.tsx';
import { AgentForm } from '../AgentForm.tsx';
import { useDeploy, useEditDraft } from '../DeployContext.tsx';
import { DeviceSelect } from '../DeviceSelect.tsx';
import { commonDevices } from '../defaults/devices.ts';
import { commonWatchdogs } from '../defaults/withDefaults.ts';
import { type DeployDraft, touch } from '../draft.ts';
import { StepFrame } from '../StepFrame.tsx';
import { fieldNames } from '../toSpec.ts';

type Problems = Record<string, string>;

const methods: { value: DeployDraft['fencing']; label: string; description: string }[] = [
  {
    value: 'sbd-disk',
    label: 'SBD with a poison-pill disk',
    description: 'A small shared disk on which a host is told to reset itself. Works with any hardware.',
  },
  {
    value: 'sbd-watchdog',
    label: 'SBD without a disk',
    description:
      'A host without quorum is reset by its watchdog. Needs a hardware watchdog and three hosts or more.',
  },
  {
    value: 'agent',
    label: 'Fence agent',
    description: 'The others cut its power: IPMI, a power switch, the machine below.',
  },
];

export function FencingStep({ problems }: { problems: Problems }) {
  const draft = useDeploy((state) => state.draft);
  const edit = useEditDraft();
  const change = (more: Partial<DeployDraft>) => edit((before) => touch({ ...before, ...more }, 'fencing'));
  return (
    <StepFrame
      title="Fencing"
      intro="Before VMs of a silent host start elsewhere, the cluster must make sure that it is dead. Without that, one VM could run twice and destroy its disk."
    >
      <Form onSubmit={(event) => event.preventDefault()} className="mm-form">
        <FormGroup label="Method" role="radiogroup">
          {methods.map(({ value, label, description }) => (
            <Radio
              key={value}
              id={`fencing-${value}`}
              name="fencing"
              label={label}
              description={description}
              isChecked={draft.fencing === value}
              onChange={() => change({ fencing: value })}
            />
          ))}
        </FormGroup>
        {draft.fencing === 'sbd-disk' ? (
          <PoisonPillDisks draft={draft} problems={problems} change={change} />
        ) : null}
        {draft.fencing === 'agent' ? (
          <AgentForm problems={problems} />
        ) : (
          <Watchdog draft={draft} problem={problems.watchdog} change={change} />
        )}
      </Form>
    </StepFrame>
  );
}

type Change = (more: Partial<DeployDraft>) => void;

const DISKS = 3;

function PoisonPillDisks({
  draft,
  problems,
  change,
}: {
  draft: DeployDraft;
  problems: Problems;
  change: Change;
}) {
  const facts = useDeploy((state) => state.facts);
  const devices = commonDevices(draft.hostIds.flatMap((id) => facts[id] ?? []));
  const disks = draft.poisonPillDisks;
  return (
    <FormGroup label="Poison-pill disks, one to three" role="group">
      <div className="mm-stack">
        {disks.map((path, index) => (
          // The lines have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={index} className="mm-line">
            <div className="mm-grow">
              <DeviceSelect
                label={`Poison-pill disk ${index + 1}`}
                value={path}
                devices={devices}
                problem={problems[fieldNames.poisonPillDisk(index)]}
                onChange={(value) => change({ poisonPillDisks: disks.with(index, value) })}
              />
            </div>
            {disks.length > 1 ? (
              <Button
                variant="plain"
                icon={<MinusCircleIcon />}
                aria-label={`Remove poison-pill disk ${index + 1}`}
                onClick={() => change({ poisonPillDisks: disks.toSpliced(index, 1) })}
              />
            ) : null}
          </div>
        ))}
        {disks.length < DISKS ? (
          <div>
            <Button
              variant="secondary"
              size="sm"
              icon={<PlusCircleIcon />}
              onClick={() => change({ poisonPillDisks: [...disks, ''] })}
            >
              Add poison-pill disk
            </Button>
          </div>
        ) : null}
      </div>
    </FormGroup>
  );
}

function Watchdog({
  draft,
  problem,
  change,
}: {
  draft: DeployDraft;
  problem: string | undefined;
  change: Change;
}) {
  const facts = useDeploy((state) => state.facts);
  const watchdogs = commonWatchdogs(draft.hostIds.flatMap((id) => facts[id] ?? []));
  const optional = draft.fencing === 'sbd-disk';
  return (
    <FormGroup label="Watchdog device" role="group">
      <CellInput
        label="Watchdog device"
        value={draft.watchdog}
        problem={problem}
        placeholder={optional ? 'none' : '/dev/watchdog'}
        suggestions={watchdogs}
        onChange={(watchdog) => change({ watchdog })}
      />
      <p className="mm-dim">
        {watchdogs.length === 0 ? 'No watchdog was found on all hosts. ' : ''}
        {optional
          ? 'Left empty: none. A host whose kernel hangs then does not reset itself; do that on test machines only.'
          : 'It resets a host that hangs or has lost quorum.'}
      </p>
    </FormGroup>
  );
}
