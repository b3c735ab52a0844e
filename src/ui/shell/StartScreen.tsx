import { Button } from '@patternfly/react-core';
import { ServerIcon } from '@patternfly/react-icons';
import { useEffect, useState } from 'react';
import { Nothing } from '../components/Nothing.tsx';
import { Screen } from '../components/Screen.tsx';
import { TryEmbeddedButton } from '../features/embedded/TryEmbeddedButton.tsx';
import { AddHostDialog } from '../features/hosts/AddHostDialog.tsx';
import { useConsole } from '../store/ConsoleContext.tsx';
import { selectClusters } from '../store/selectors/clusters.ts';
import { navigate } from './useRoute.ts';

/** Leads to where the admin most likely wants to be; with an empty inventory, says how to begin. */
export function StartScreen() {
  const firstCluster = useConsole(selectClusters)[0]?.key ?? null;
  const hosts = useConsole((state) => state.hostIds.length);
  const embedded = useConsole((state) => state.embedded !== null);
  const [adding, setAdding] = useState(false);
  useEffect(() => {
    if (firstCluster !== null) navigate({ screen: 'cluster', key: firstCluster, tab: 'overview' });
    else if (embedded) navigate({ screen: 'embedded' });
    else if (hosts > 0 && !adding) navigate({ screen: 'hosts' });
  }, [firstCluster, embedded, hosts, adding]);
  return (
    <Screen title="Welcome to Minime">
      <Nothing
        title="No hosts yet"
        icon={ServerIcon}
        actions={
          <>
            <Button variant="primary" onClick={() => setAdding(true)}>
              Add your first host
            </Button>
            <TryEmbeddedButton />
          </>
        }
      >
        Minime reaches your hypervisor hosts over SSH. Add two or more, then Deploy makes a cluster of them:
        heartbeat, quorum disks, fencing, all in one go. Nothing is changed on a host before you have seen
        what it is. No host at hand? The embedded cluster runs inside Minime: three hosts and a dozen VMs, to
        be broken and to be watched coming back.
      </Nothing>
      {adding ? <AddHostDialog close={() => setAdding(false)} /> : null}
    </Screen>
  );
}
