import { Nav, NavExpandable, NavItem, NavList } from '@patternfly/react-core';
import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { healthTone, healthWord } from '../components/health.ts';
import { StatusIcon } from '../components/Status.tsx';
import { EmbeddedClusterLabel } from '../features/embedded/EmbeddedLabel.tsx';
import { useHasDraft } from '../features/priorities/PrioritiesContext.tsx';
import { useConsole } from '../store/ConsoleContext.tsx';
import { selectClusters, selectFreeHosts } from '../store/selectors/clusters.ts';
import { selectEmbeddedClusters } from '../store/selectors/embedded.ts';
import { type Health, healthOf, selectProblems } from '../store/selectors/problems.ts';
import type { ConsoleState } from '../store/state.ts';
import { currentCluster } from './currentCluster.ts';
import { type ClusterTab, type Route, routeHref } from './routes.ts';
import { useRoute } from './useRoute.ts';

/** Clusters beyond this many are folded, except the one that is open. */
const OPEN_CLUSTERS = 3;

const selectKeys = (state: ConsoleState): string[] => selectClusters(state).map(({ key }) => key);

/** Reads nothing that changes often: PatternFly's list asks for its computed style each time it is drawn, for which the page is styled at once. */
export function Navigation() {
  const keys = useConsole(useShallow(selectKeys));
  const freeHosts = useConsole((state) => selectFreeHosts(state).length);
  // While it comes up or when it has failed: else it stands among the clusters.
  const embeddedAlone = useConsole(
    (state) => state.embedded !== null && selectEmbeddedClusters(state).length === 0,
  );
  const route = useRoute();
  const here = useConsole((state) => currentCluster(route, selectClusters(state)));
  const onFreeHosts = route.screen === 'hosts' || (route.screen === 'host' && here === null);
  return (
    <Nav aria-label="Main" className="mm-nav">
      <NavList>
        {keys.map((key) => (
          <ClusterBranch
            key={key}
            clusterKey={key}
            route={route}
            isHere={here === key}
            startOpen={keys.length <= OPEN_CLUSTERS}
          />
        ))}
        <Item
          to={{ screen: 'hosts' }}
          label={keys.length === 0 ? 'Hosts' : 'Hosts without a cluster'}
          detail={freeHosts === 0 ? '' : String(freeHosts)}
          isActive={onFreeHosts}
        />
        {embeddedAlone ? (
          <Item to={{ screen: 'embedded' }} label="Embedded cluster" isActive={route.screen === 'embedded'} />
        ) : null}
        <Item to={{ screen: 'deploy' }} label="Deploy" isActive={route.screen === 'deploy'} />
        <Item
          to={{ screen: 'activity', operationId: null }}
          label="Activity"
          isActive={route.screen === 'activity'}
        />
        <Item to={{ screen: 'settings' }} label="Settings" isActive={route.screen === 'settings'} />
      </NavList>
    </Nav>
  );
}

interface ClusterBranchProps {
  clusterKey: string;
  route: Route;
  isHere: boolean;
  startOpen: boolean;
}

function healthOfCluster(state: ConsoleState, key: string): Health {
  const cluster = selectClusters(state).find((one) => one.key === key);
  return cluster === undefined ? 'unknown' : healthOf(cluster, selectProblems(state));
}

function ClusterBranch({ clusterKey, route, isHere, startOpen }: ClusterBranchProps) {
  const [open, setOpen] = useState(startOpen);
  const name = useConsole((state) => selectClusters(state).find(({ key }) => key === clusterKey)?.name ?? '');
  const health = useConsole((state) => healthOfCluster(state, clusterKey));
  const tab = (name: ClusterTab) => route.screen === 'cluster' && isHere && route.tab === name;
  return (
    <NavExpandable
      title={
        <span className="mm-nav-cluster">
          <StatusIcon tone={healthTone[health]} label={healthWord[health]} /> {name}
          {/* One that says so itself need not say it twice. */}
          {name.startsWith('embedded') ? null : <EmbeddedClusterLabel clusterKey={clusterKey} />}
        </span>
      }
      srText={`Cluster ${name}`}
      isExpanded={open || isHere}
      isActive={isHere}
      onExpand={(_event, expand) => setOpen(expand)}
    >
      <Item
        to={{ screen: 'cluster', key: clusterKey, tab: 'overview' }}
        label="Overview"
        isActive={tab('overview')}
      />
      <Item
        to={{ screen: 'cluster', key: clusterKey, tab: 'hosts' }}
        label="Hosts"
        isActive={tab('hosts') || (isHere && route.screen === 'host')}
      />
      <Item
        to={{ screen: 'cluster', key: clusterKey, tab: 'vms' }}
        label="Virtual machines"
        isActive={tab('vms')}
      />
      <Item
        to={{ screen: 'cluster', key: clusterKey, tab: 'priorities' }}
        label="Priorities"
        detail={useHasDraft(clusterKey) ? 'draft' : ''}
        isActive={tab('priorities')}
      />
      <Item
        to={{ screen: 'cluster', key: clusterKey, tab: 'drill' }}
        label="Fire drill"
        isActive={tab('drill')}
      />
      <Item
        to={{ screen: 'cluster', key: clusterKey, tab: 'history' }}
        label="History"
        isActive={tab('history') || (isHere && route.screen === 'failover')}
      />
      <Item
        to={{ screen: 'cluster', key: clusterKey, tab: 'notifications' }}
        label="Notifications"
        isActive={tab('notifications')}
      />
    </NavExpandable>
  );
}

function Item(props: { to: Route; label: string; detail?: string; isActive: boolean }) {
  return (
    <NavItem isActive={props.isActive} to={routeHref(props.to)}>
      {props.label}
      {props.detail === undefined || props.detail === '' ? null : (
        <span className="mm-nav-detail">{props.detail}</span>
      )}
    </NavItem>
  );
}
