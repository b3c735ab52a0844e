import { Button, Checkbox } from '@patternfly/react-core';
import { useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import {
  askPermission,
  type DesktopPermission,
  desktopPermission,
  showOnDesktop,
} from '../notifications/desktop.ts';

/** Whether the desktop tells of failovers while Minime is open. */
export function DesktopPanel() {
  const wanted = useConsole((state) => state.settings.desktopNotifications ?? true);
  const call = useCall();
  const { run, error } = useAction((on: boolean) => call('settings.set', { desktopNotifications: on }));
  const [permission, setPermission] = useState(desktopPermission);
  return (
    <Panel title="Desktop notifications">
      <Checkbox
        id="desktop-notifications"
        label="Tell me when a takeover begins and ends"
        description="While Minime is open, also behind other windows. For when it is closed, set up Notifications of the cluster."
        isChecked={wanted}
        isDisabled={permission === 'unsupported'}
        onChange={(_event, on) => void run(on)}
      />
      {wanted ? (
        <Permission permission={permission} ask={() => void askPermission().then(setPermission)} />
      ) : null}
      {error === null ? null : <ErrorNotice error={error} />}
    </Panel>
  );
}

function Permission({ permission, ask }: { permission: DesktopPermission; ask: () => void }) {
  switch (permission) {
    case 'granted':
      return (
        <Button
          variant="secondary"
          onClick={() =>
            showOnDesktop({
              tag: 'minime-test',
              title: 'Minime can reach you',
              body: 'Nothing has happened: this is a test.',
              onClick: () => undefined,
            })
          }
        >
          Show a test notification
        </Button>
      );
    case 'default':
      return (
        <Button variant="secondary" onClick={ask}>
          Allow notifications…
        </Button>
      );
    case 'denied':
      return (
        <Status tone="warning">
          The browser blocks notifications of this page. Allow them in its settings for this site.
        </Status>
      );
    case 'unsupported':
      return <Status tone="off">This browser has no notifications.</Status>;
  }
}
