import { Form, FormGroup, Radio } from '@patternfly/react-core';
import type { OverCpu } from '../../../../contract/policy.ts';
import type { Change } from '../model/change.ts';

interface OverCpuChoiceProps {
  value: OverCpu;
  readOnly: boolean;
  change: (change: Change) => void;
}

const ways: Record<OverCpu, { label: string; description: string }> = {
  start: {
    label: 'Start it anyway',
    description: 'It may run slowly. Hosts go beyond the threshold as little as it takes.',
  },
  'leave-down': {
    label: 'Leave it down',
    description: 'Also if use is only high for a moment while the takeover plans.',
  },
};

/** What becomes of a VM that has room in memory, but on no host below its CPU threshold. */
export function OverCpuChoice({ value, readOnly, change }: OverCpuChoiceProps) {
  return (
    <Form className="mm-form" onSubmit={(event) => event.preventDefault()}>
      <FormGroup
        role="radiogroup"
        label="If a VM would take every host beyond its CPU threshold"
        fieldId="over-cpu"
      >
        {(['start', 'leave-down'] as const).map((way) => (
          <Radio
            key={way}
            id={`over-cpu-${way}`}
            name="over-cpu"
            label={ways[way].label}
            description={ways[way].description}
            isDisabled={readOnly}
            isChecked={value === way}
            onChange={() => change({ kind: 'set-over-cpu', overCpu: way })}
          />
        ))}
      </FormGroup>
    </Form>
  );
}
