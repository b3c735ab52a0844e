import { Button, Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useState } from 'react';
import { Status } from '../../components/Status.tsx';
import { type EmbeddedHost, hostBreakages, powerOf, powerWords } from './breakages.ts';
import type { Breaking } from './useBreak.ts';

/** One embedded host: whether it is on, the button that kills or boots it, and everything else that can befall it. */
export function HostBreakage({ host, breaking }: { host: EmbeddedHost; breaking: Breaking }) {
  const [open, setOpen] = useState(false);
  const { tone, word } = powerWords[host.power];
  const power = powerOf(host);
  return (
    <li className="mm-break-host">
      <strong>{host.name}</strong>
      <Status tone={tone}>{word}</Status>
      <Button
        variant="secondary"
        size="sm"
        isDanger={host.power !== 'off'}
        isDisabled={breaking.pending}
        onClick={() => breaking.act(power.action, power.watch)}
      >
        {power.label}
      </Button>
      <Dropdown
        isOpen={open}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        popperProps={{ position: 'right' }}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            variant="plainText"
            size="sm"
            isExpanded={open}
            isDisabled={host.power === 'off'}
            aria-label={`More for ${host.name}`}
            onClick={() => setOpen(!open)}
          >
            More
          </MenuToggle>
        )}
      >
        <DropdownList>
          {hostBreakages(host.name).map(({ label, action, watch }) => (
            <DropdownItem key={label} onClick={() => breaking.act(action, watch)}>
              {label}
            </DropdownItem>
          ))}
        </DropdownList>
      </Dropdown>
    </li>
  );
}
