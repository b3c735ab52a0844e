import { Label } from '@patternfly/react-core';
import { WrenchIcon } from '@patternfly/react-icons';
import { useMaintenance } from './useMaintenance.ts';

/** Marks a host that is in maintenance, beside its state; nothing for one that is not. */
export function MaintenanceLabel({ clusterKey, name }: { clusterKey: string | null; name: string }) {
  const since = useMaintenance(clusterKey, name);
  if (since === null) return null;
  return (
    <Label
      isCompact
      status="info"
      icon={<WrenchIcon />}
      title={`Takes no VM since ${new Date(since).toLocaleString()}`}
    >
      maintenance
    </Label>
  );
}
