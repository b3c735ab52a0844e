import { Button, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useState } from 'react';
import { formatBytes } from '../../components/format.ts';
import { type EmbeddedVm, vmBreakages } from './breakages.ts';
import type { Breaking } from './useBreak.ts';

/** A VM is chosen, then broken. */
export function VmBreakage({ vms, breaking }: { vms: EmbeddedVm[]; breaking: Breaking }) {
  const [uuid, setUuid] = useState('');
  const vm = vms.find((one) => one.uuid === uuid) ?? vms[0];
  if (vm === undefined) return <p className="mm-dim">It has no VMs.</p>;
  return (
    <div className="mm-break-vm">
      <FormSelect aria-label="VM to break" value={vm.uuid} onChange={(_event, value) => setUuid(value)}>
        {vms.map((one) => (
          <FormSelectOption key={one.uuid} value={one.uuid} label={vmText(one)} />
        ))}
      </FormSelect>
      <div className="mm-break-buttons">
        {vmBreakages(vm).map(({ label, action, watch }) => (
          <Button
            key={label}
            variant="secondary"
            size="sm"
            isDisabled={breaking.pending}
            onClick={() => breaking.act(action, watch)}
          >
            {label}
          </Button>
        ))}
      </div>
    </div>
  );
}

function vmText({ name, memory, host, state }: EmbeddedVm): string {
  const where = host === null ? 'off' : state === 'starting' ? `starting on ${host}` : `on ${host}`;
  return `${name}, ${formatBytes(memory)}, ${where}`;
}
