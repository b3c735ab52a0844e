import { Bullseye, Button, Spinner } from '@patternfly/react-core';
import { Age } from '../../components/Age.tsx';
import { Nothing } from '../../components/Nothing.tsx';
import { Screen } from '../../components/Screen.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { routeHref } from '../../shell/routes.ts';
import type { Cluster } from '../../store/selectors/clusters.ts';
import type { PolicyInForce } from '../../store/selectors/policy.ts';
import { PrioritiesBody } from './PrioritiesBody.tsx';
import { usePriorities } from './usePriorities.ts';

/** The restart order, thresholds and rules of a cluster, beside what they would mean if hosts failed. */
export function PrioritiesScreen({ cluster }: { cluster: Cluster }) {
  const priorities = usePriorities(cluster);
  const title = `Priorities of ${cluster.name}`;
  if (cluster.id === null) {
    return (
      <Screen title={title} context="Cluster">
        <Nothing title="This cluster was not deployed by Minime">
          Restart priorities are kept by Minime’s host program, which this cluster does not have. To get them,
          take its configuration off the hosts, then deploy it with Minime.
        </Nothing>
      </Screen>
    );
  }
  if (priorities === null) {
    return (
      <Screen title={title} context="Cluster">
        <Waiting cluster={cluster} />
      </Screen>
    );
  }
  return (
    <PrioritiesBody
      cluster={cluster}
      priorities={priorities}
      title={title}
      status={<Revision inForce={priorities.inForce} />}
    />
  );
}

function Waiting({ cluster }: { cluster: Cluster }) {
  if (cluster.viewFrom.freshness === 'live') {
    return (
      <Bullseye>
        <Spinner aria-label="Reading the policy" />
      </Bullseye>
    );
  }
  return (
    <Nothing
      title="No host of this cluster can be reached"
      actions={
        <Button
          variant="link"
          component="a"
          href={routeHref({ screen: 'cluster', key: cluster.key, tab: 'hosts' })}
        >
          See why at its hosts
        </Button>
      }
    >
      Since Minime started, none has told the cluster’s priorities. They are shown as soon as one answers.
    </Nothing>
  );
}

function Revision({ inForce }: { inForce: PolicyInForce }) {
  const { initial, policy, section, live, from } = inForce;
  return (
    <span className="mm-dim">
      {initial ? (
        'Nobody has edited it yet: these are the defaults'
      ) : (
        <>
          Revision {policy.revision}
          {section.editedBy === undefined ? '' : ` by ${section.editedBy}`}
          {section.editedAt === undefined ? null : (
            <>
              , <Age at={section.editedAt} />
            </>
          )}
        </>
      )}{' '}
      {live ? null : <StaleBadge since={from.staleSince} />}
    </span>
  );
}
