import { Button, Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAction } from '../../components/useAction.ts';
import { navigate } from '../../shell/useRoute.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { AddClusterHostDialog } from './AddClusterHostDialog.tsx';
import { FenceTestDialog } from './FenceTestDialog.tsx';
import { RemoveClusterDialog } from './RemoveClusterDialog.tsx';
import { outdatedHosts } from './updates.ts';

type Dialog = 'add-host' | 'fence-test' | 'remove' | null;

/** What can be done with a cluster as a whole. A cluster that Minime did not deploy is only looked at. */
export function ClusterActions({ cluster }: { cluster: Cluster }) {
  if (cluster.id === null) {
    return <span className="mm-dim">Not deployed by Minime: it is shown, but not changed.</span>;
  }
  return <ManagedActions cluster={cluster} clusterId={cluster.id} />;
}

function ManagedActions({ cluster, clusterId }: { cluster: Cluster; clusterId: string }) {
  const call = useCall();
  const [open, setOpen] = useState(false);
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = () => setDialog(null);
  const outdated = useConsole(outdatedHosts(cluster));
  // Its hosts are made where it says that it is embedded; nothing can be taken off those that came with everything.
  const embedded = cluster.hosts.some(({ host }) => host?.embedded === true);
  const deployed = useConsole((state) => !embedded || state.embedded?.bare === true);
  const show = ({ operationId }: { operationId: string }) => navigate({ screen: 'activity', operationId });
  const verify = useAction(async () => show(await call('deploy.verify', { clusterId })));
  const update = useAction(async () => show(await call('deploy.updateHostProgram', { clusterId })));
  const error = verify.error ?? update.error;
  return (
    <>
      {outdated.length === 0 ? null : (
        <Button variant="primary" isLoading={update.pending} onClick={() => void update.run()}>
          Update host program
        </Button>
      )}
      <Button variant="secondary" isLoading={verify.pending} onClick={() => void verify.run()}>
        Verify
      </Button>
      <Dropdown
        isOpen={open}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        popperProps={{ position: 'right' }}
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={open} onClick={() => setOpen(!open)}>
            Cluster
          </MenuToggle>
        )}
      >
        <DropdownList>
          {embedded ? null : <DropdownItem onClick={() => setDialog('add-host')}>Add a host</DropdownItem>}
          <DropdownItem onClick={() => setDialog('fence-test')}>Test fencing</DropdownItem>
          {deployed ? (
            <DropdownItem isDanger onClick={() => setDialog('remove')}>
              Remove cluster
            </DropdownItem>
          ) : null}
        </DropdownList>
      </Dropdown>
      {error === null ? null : <ErrorNotice error={error} />}
      {dialog === 'add-host' ? (
        <AddClusterHostDialog cluster={cluster} clusterId={clusterId} close={close} />
      ) : null}
      {dialog === 'fence-test' ? (
        <FenceTestDialog cluster={cluster} clusterId={clusterId} close={close} />
      ) : null}
      {dialog === 'remove' ? (
        <RemoveClusterDialog cluster={cluster} clusterId={clusterId} close={close} />
      ) : null}
    </>
  );
}
