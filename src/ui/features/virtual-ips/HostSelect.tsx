import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useId } from 'react';

interface HostSelectProps {
  label: string;
  value: string;
  hosts: readonly string[];
  /** What it means to choose none; absent: one has to be chosen. */
  none?: string;
  onChange: (host: string) => void;
}

/** A choice of one host of a cluster; empty: none. */
export function HostSelect({ label, value, hosts, none, onChange }: HostSelectProps) {
  const id = useId();
  return (
    <FormGroup label={label} fieldId={id}>
      <FormSelect id={id} value={value} onChange={(_event, host) => onChange(host)}>
        {none === undefined ? null : <FormSelectOption value="" label={none} />}
        {hosts.map((host) => (
          <FormSelectOption key={host} value={host} label={host} />
        ))}
      </FormSelect>
    </FormGroup>
  );
}
