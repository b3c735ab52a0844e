import { Checkbox } from '@patternfly/react-core';
import { useId, useState } from 'react';
import { ActionDialog } from '../../components/ActionDialog.tsx';
import { count } from '../../components/format.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import type { HostIdentity } from '../../store/selectors/hosts.ts';

interface LeaveMaintenanceDialogProps {
  host: HostIdentity;
  clusterId: string;
  close: () => void;
}

export function LeaveMaintenanceDialog({ host, clusterId, close }: LeaveMaintenanceDialogProps) {
  const id = useId();
  const call = useCall();
  const away = useConsole((state) => state.sections.takeover[host.id]?.movedAway);
  const [bringHome, setBringHome] = useState(true);
  return (
    <ActionDialog
      title={`Put ${host.name} back into service?`}
      action="Leave maintenance"
      perform={() =>
        call('maintenance.leave', {
          clusterId,
          node: host.name,
          bringHome: bringHome && away?.length !== 0,
        })
      }
      close={close}
    >
      <p>{host.name} takes VMs again: in takeovers, and when VMs are moved.</p>
      {away?.length === 0 ? (
        <p className="mm-dim">None of its VMs runs elsewhere.</p>
      ) : (
        <Checkbox
          id={id}
          label={`Bring its VMs home${away === undefined ? '' : ` (${count(away.length, 'VM runs', 'VMs run')} elsewhere)`}`}
          description="They are moved live, one after the other."
          isChecked={bringHome}
          onChange={(_event, checked) => setBringHome(checked)}
        />
      )}
    </ActionDialog>
  );
}
