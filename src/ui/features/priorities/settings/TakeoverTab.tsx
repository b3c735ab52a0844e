import { Form, FormGroup, Radio } from '@patternfly/react-core';
import type { TakeoverSettings } from '../../../../contract/policy.ts';
import type { Change } from '../model/change.ts';
import { NumberField } from '../NumberField.tsx';

interface TakeoverTabProps {
  settings: TakeoverSettings;
  readOnly: boolean;
  change: (change: Change) => void;
}

const shutdownWays: Record<TakeoverSettings['hostShutdown'], { label: string; description: string }> = {
  'restart-elsewhere': {
    label: 'Restart them elsewhere',
    description: 'They are shut down, then started on other hosts as after a failure.',
  },
  migrate: {
    label: 'Move them off live',
    description: 'What cannot be moved is shut down and restarted elsewhere. The shutdown waits for it.',
  },
  leave: { label: 'Leave them', description: 'They are shut down, and started again when the host is back.' },
};

export function TakeoverTab({ settings, readOnly, change }: TakeoverTabProps) {
  const set = (part: Partial<TakeoverSettings>) => change({ kind: 'set-takeover', settings: part });
  return (
    <Form className="mm-prio-tab mm-form" isHorizontal={false} onSubmit={(event) => event.preventDefault()}>
      <FormGroup label="VMs started on one host at the same time" fieldId="starts-per-host">
        <NumberField
          label="VMs started on one host at the same time"
          value={settings.startsPerHost}
          min={1}
          max={32}
          isDisabled={readOnly}
          onChange={(startsPerHost) => set({ startsPerHost })}
        />
      </FormGroup>
      <FormGroup
        label="A start is given up, and the VM started on another host, after"
        fieldId="start-timeout"
      >
        <NumberField
          label="Seconds after which a start is given up"
          value={settings.startTimeoutS}
          min={5}
          max={3600}
          unit="s"
          isDisabled={readOnly}
          onChange={(startTimeoutS) => set({ startTimeoutS })}
        />
      </FormGroup>
      <FormGroup
        role="radiogroup"
        label="VMs of a host that is shut down in good order"
        fieldId="host-shutdown"
      >
        {(['restart-elsewhere', 'migrate', 'leave'] as const).map((way) => (
          <Radio
            key={way}
            id={`host-shutdown-${way}`}
            name="host-shutdown"
            label={shutdownWays[way].label}
            description={shutdownWays[way].description}
            isDisabled={readOnly}
            isChecked={settings.hostShutdown === way}
            onChange={() => set({ hostShutdown: way })}
          />
        ))}
      </FormGroup>
      <FormGroup role="radiogroup" label="Once a failed host is back, its VMs go home" fieldId="failback">
        <Radio
          id="failback-manual"
          name="failback"
          label="When an admin says so"
          isDisabled={readOnly}
          isChecked={settings.failback === 'manual'}
          onChange={() => set({ failback: 'manual' })}
        />
        <Radio
          id="failback-automatic"
          name="failback"
          label="By themselves, live"
          isDisabled={readOnly}
          isChecked={settings.failback === 'automatic'}
          onChange={() => set({ failback: 'automatic' })}
        />
      </FormGroup>
    </Form>
  );
}
