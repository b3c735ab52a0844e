import { Button, Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { EllipsisVIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import type { Policy } from '../../../../contract/policy.ts';
import type { Change } from '../model/change.ts';

interface TierActionsProps {
  policy: Policy;
  index: number;
  change: (change: Change) => void;
  edit: () => void;
  addAbove: () => void;
}

export function TierActions({ policy, index, change, edit, addAbove }: TierActionsProps) {
  const [open, setOpen] = useState(false);
  const name = policy.tiers[index]?.name ?? '';
  const last = policy.tiers.length - 1;
  const move = (before: string | null) => change({ kind: 'move-tier', tier: name, before });
  return (
    <>
      <Button variant="link" isInline aria-label={`Edit tier ${name}`} onClick={edit}>
        Edit
      </Button>
      <Dropdown
        isOpen={open}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        popperProps={{ position: 'right' }}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            variant="plain"
            size="sm"
            aria-label={`More for tier ${name}`}
            isExpanded={open}
            onClick={() => setOpen(!open)}
            icon={<EllipsisVIcon />}
          />
        )}
      >
        <DropdownList>
          <DropdownItem onClick={addAbove}>New tier above</DropdownItem>
          <DropdownItem isDisabled={index === 0} onClick={() => move(policy.tiers[index - 1]?.name ?? null)}>
            Move the tier up
          </DropdownItem>
          <DropdownItem
            isDisabled={index === last}
            onClick={() => move(policy.tiers[index + 2]?.name ?? null)}
          >
            Move the tier down
          </DropdownItem>
          <DropdownItem
            isDisabled={last === 0}
            description={`Its VMs go to ${index === 0 ? 'the beginning of the next tier' : 'the end of the tier above'}`}
            onClick={() => change({ kind: 'remove-tier', tier: name })}
          >
            Remove the tier
          </DropdownItem>
        </DropdownList>
      </Dropdown>
    </>
  );
}
