import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { EllipsisVIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import type { HostIdentity } from '../../store/selectors/hosts.ts';
import { RemoveFromConsoleDialog } from './RemoveFromConsoleDialog.tsx';

/** What can be done with a host's entry in a row: connect, disconnect, take it out of the console. */
export function HostActions({ host, inCluster }: { host: HostIdentity; inCluster: boolean }) {
  const call = useCall();
  const [open, setOpen] = useState(false);
  const [removing, setRemoving] = useState(false);
  const connect = useAction(() => call('hosts.connect', { hostId: host.id }));
  const disconnect = useAction(() => call('hosts.disconnect', { hostId: host.id }));
  const connected = !['disconnected', 'failed'].includes(host.connection.state);
  const error = connect.error ?? disconnect.error;
  return (
    <>
      <Dropdown
        isOpen={open}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        popperProps={{ position: 'right' }}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            variant="plain"
            aria-label={`Actions for ${host.name}`}
            isExpanded={open}
            onClick={() => setOpen(!open)}
            icon={<EllipsisVIcon />}
          />
        )}
      >
        <DropdownList>
          {connected && host.connection.state !== 'reconnecting' ? null : (
            <DropdownItem onClick={() => void connect.run()}>Connect now</DropdownItem>
          )}
          {connected ? <DropdownItem onClick={() => void disconnect.run()}>Disconnect</DropdownItem> : null}
          <DropdownItem onClick={() => setRemoving(true)}>Remove from console</DropdownItem>
        </DropdownList>
      </Dropdown>
      {error === null ? null : <ErrorNotice error={error} />}
      {removing ? (
        <RemoveFromConsoleDialog host={host} inCluster={inCluster} close={() => setRemoving(false)} />
      ) : null}
    </>
  );
}
