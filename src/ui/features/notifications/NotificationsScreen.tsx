import { Bullseye, Spinner } from '@patternfly/react-core';
import { Age } from '../../components/Age.tsx';
import { Nothing } from '../../components/Nothing.tsx';
import { Screen } from '../../components/Screen.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { type PolicyInForce, selectPolicies } from '../../store/selectors/policy.ts';
import { NotificationsForm } from './NotificationsForm.tsx';

/** How the hosts tell admins of failovers while no console is open. */
export function NotificationsScreen({ cluster }: { cluster: Cluster }) {
  const inForce = useConsole((state) => selectPolicies(state)[cluster.key]);
  return (
    <Screen
      title={`Notifications of ${cluster.name}`}
      context="Cluster"
      status={inForce === undefined ? null : <Edited inForce={inForce} />}
    >
      <Body cluster={cluster} inForce={inForce} />
    </Screen>
  );
}

function Body({ cluster, inForce }: { cluster: Cluster; inForce: PolicyInForce | undefined }) {
  if (cluster.id === null) {
    return (
      <Nothing title="This cluster was not deployed by Minime">
        Its hosts have no program that could notify anybody.
      </Nothing>
    );
  }
  if (inForce === undefined) {
    return cluster.viewFrom.freshness === 'live' ? (
      <Bullseye>
        <Spinner aria-label="Reading the settings" />
      </Bullseye>
    ) : (
      <Nothing title="No host of this cluster can be reached">
        What is set is shown as soon as one answers.
      </Nothing>
    );
  }
  const view = inForce.section.notifications;
  if (view === undefined) {
    return (
      <Nothing title="The hosts cannot notify anybody yet">
        Their host program is older than this console. Update it from the page Hosts.
      </Nothing>
    );
  }
  // Another revision is another form: what somebody else has saved is not overwritten unseen.
  return <NotificationsForm key={view.revision} clusterId={cluster.id} view={view} live={inForce.live} />;
}

function Edited({ inForce: { section, live, from } }: { inForce: PolicyInForce }) {
  const { editedAt, editedBy } = section.notifications ?? {};
  return (
    <span className="mm-dim">
      {editedAt === undefined ? (
        'Nobody has set any yet'
      ) : (
        <>
          Set by {editedBy}, <Age at={editedAt} />
        </>
      )}{' '}
      {live ? null : <StaleBadge since={from.staleSince} />}
    </span>
  );
}
