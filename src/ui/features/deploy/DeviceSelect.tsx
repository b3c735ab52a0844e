import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useState } from 'react';
import { CellInput } from '../../components/CellInput.tsx';
import { formatBytes } from '../../components/format.ts';
import type { CommonDevice } from './defaults/devices.ts';

const OTHER = '(other)';

interface DeviceSelectProps {
  label: string;
  value: string;
  devices: CommonDevice[];
  problem?: string | undefined;
  onChange: (path: string) => void;
}

/** A device that all hosts have, with its size and what it holds; or any other path. */
export function DeviceSelect({ label, value, devices, problem, onChange }: DeviceSelectProps) {
  const known = devices.some(({ path }) => path === value);
  const [typing, setTyping] = useState(value !== '' && !known);
  const change = (choice: string) => {
    setTyping(choice === OTHER);
    onChange(choice === OTHER ? '' : choice);
  };
  return (
    <div className="mm-device">
      <FormSelect
        aria-label={label}
        value={typing ? OTHER : value}
        validated={problem === undefined || typing ? 'default' : 'error'}
        onChange={(_event, choice) => change(choice)}
      >
        <FormSelectOption value="" label="Choose a device" isPlaceholder />
        {devices.map((device) => (
          <FormSelectOption key={device.path} value={device.path} label={describe(device)} />
        ))}
        <FormSelectOption value={OTHER} label="Another path" />
      </FormSelect>
      {typing ? (
        <CellInput
          label={`${label}, path`}
          value={value}
          problem={problem}
          placeholder="/dev/disk/by-id/…"
          onChange={onChange}
        />
      ) : problem === undefined ? null : (
        <div className="mm-field-problem">{problem}</div>
      )}
    </div>
  );
}

function describe({ path, size, content }: CommonDevice): string {
  return `${path} (${formatBytes(size)}, ${content ?? 'empty'})`;
}
