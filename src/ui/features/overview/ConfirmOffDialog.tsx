import { ConfirmByTyping } from '../../components/ConfirmByTyping.tsx';
import { useCall } from '../../store/ConsoleContext.tsx';

interface ConfirmOffDialogProps {
  clusterId: string;
  host: string;
  close: () => void;
}

/** The admin's word in place of a fencing that does not work. The most dangerous thing this console can do. */
export function ConfirmOffDialog({ clusterId, host, close }: ConfirmOffDialogProps) {
  const call = useCall();
  return (
    <ConfirmByTyping
      title={`Is it certain that ${host} is off?`}
      expected={host}
      expectedIs="the name of the host"
      action={`${host} is off: start its VMs elsewhere`}
      perform={() => call('takeover.confirmFenced', { clusterId, target: host, confirm: host })}
      close={close}
    >
      <p>
        The cluster takes your word for it and starts the VMs of {host} on other hosts.{' '}
        <strong>
          If {host} still runs, the same VM runs twice, and both write to the same disk. That destroys it.
        </strong>
      </p>
      <ul className="mm-certain">
        <li>That it does not answer proves nothing: its network may be cut while its VMs run on.</li>
        <li>Power it off at its management board or its power strip, or pull its power cord.</li>
        <li>
          Look at it, or ask somebody who stands before it. Then leave it off until the takeover has ended.
        </li>
      </ul>
    </ConfirmByTyping>
  );
}
