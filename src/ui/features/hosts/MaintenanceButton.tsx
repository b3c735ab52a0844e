import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostIdentity } from '../../store/selectors/hosts.ts';
import { EnterMaintenanceDialog } from './EnterMaintenanceDialog.tsx';
import { LeaveMaintenanceDialog } from './LeaveMaintenanceDialog.tsx';
import { useMaintenance } from './useMaintenance.ts';

interface MaintenanceButtonProps {
  host: HostIdentity;
  clusterKey: string;
  clusterId: string;
}

/** Takes a host out of service and back, while it can be asked. */
export function MaintenanceButton({ host, clusterKey, clusterId }: MaintenanceButtonProps) {
  const since = useMaintenance(clusterKey, host.name);
  const [open, setOpen] = useState(false);
  if (host.freshness !== 'live') return null;
  const dialog = { host, clusterId, close: () => setOpen(false) };
  return (
    <>
      <Button variant={since === null ? 'secondary' : 'primary'} onClick={() => setOpen(true)}>
        {since === null ? 'Enter maintenance' : 'Leave maintenance'}
      </Button>
      {!open ? null : since === null ? (
        <EnterMaintenanceDialog {...dialog} clusterKey={clusterKey} />
      ) : (
        <LeaveMaintenanceDialog {...dialog} />
      )}
    </>
  );
}
