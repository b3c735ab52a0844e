import { FormGroup, FormSelect, FormSelectOption, Radio } from '@patternfly/react-core';
import { useState } from 'react';
import type { Policy } from '../../../../contract/policy.ts';
import { Dialog } from '../Dialog.tsx';
import type { Change } from '../model/change.ts';
import { placeChange } from '../model/listRows.ts';
import { NumberField } from '../NumberField.tsx';
import { vmsText } from '../words.ts';

interface MoveToDialogProps {
  policy: Policy;
  /** In restart order. */
  vms: string[];
  nameOf: (uuid: string) => string;
  change: (change: Change) => void;
  close: () => void;
}

const NO_TIER = '-1';

/** Moves VMs to a tier and a place without dragging. */
export function MoveToDialog({ policy, vms, nameOf, change, close }: MoveToDialogProps) {
  const current = policy.tiers.findIndex((tier) => tier.vms.includes(vms[0] ?? ''));
  const [chosen, setChosen] = useState(String(Math.max(0, current)));
  const [where, setWhere] = useState<'first' | 'place' | 'last'>('first');
  const [place, setPlace] = useState(1);
  const tier = policy.tiers[Number(chosen)];
  const staying = tier?.vms.filter((uuid) => !vms.includes(uuid)).length ?? 0;
  const submit = () => {
    if (tier === undefined) change({ kind: 'unlist', vms });
    else change(placeChange(tier, vms, where === 'first' ? 1 : where === 'last' ? 0 : place));
    close();
  };
  return (
    <Dialog title={`Move ${vmsText(vms, nameOf)}`} action="Move" onSubmit={submit} close={close}>
      <FormGroup label="Tier" fieldId="move-tier">
        <FormSelect id="move-tier" value={chosen} onChange={(_event, value) => setChosen(value)}>
          {policy.tiers.map(({ name }, index) => (
            <FormSelectOption key={name} value={String(index)} label={name} />
          ))}
          <FormSelectOption value={NO_TIER} label="In no tier: last, by name" />
        </FormSelect>
      </FormGroup>
      {tier === undefined ? null : (
        <FormGroup role="radiogroup" label="Place" fieldId="move-place">
          <Radio
            id="move-first"
            name="move-place"
            label="First of the tier"
            isChecked={where === 'first'}
            onChange={() => setWhere('first')}
          />
          <Radio
            id="move-last"
            name="move-place"
            label="Last of the tier"
            isChecked={where === 'last'}
            onChange={() => setWhere('last')}
          />
          <Radio
            id="move-at"
            name="move-place"
            label="At place"
            isChecked={where === 'place'}
            onChange={() => setWhere('place')}
            body={
              where === 'place' ? (
                <NumberField label="Place" value={place} min={1} max={staying + 1} onChange={setPlace} />
              ) : null
            }
          />
        </FormGroup>
      )}
    </Dialog>
  );
}
