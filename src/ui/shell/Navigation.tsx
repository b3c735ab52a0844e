import { Nav, NavExpandable, NavItem, NavList } from '@patternfly/react-core';
import { useState } from 'react';
import { healthTone, healthWord } from '../components/health.ts';
import { StatusIcon } from '../components/Status.tsx';
import { EmbeddedClusterLabel } from '../features/embedded/EmbeddedLabel.tsx';
import { useHasDraft } from '../features/priorities/PrioritiesContext.tsx';
import { useConsole } from '../store/ConsoleContext.tsx';
import { type Cluster, selectClusters, selectFreeHosts } from '../store/selectors/clusters.ts';
import { selectEmbeddedClusters } from '../store/selectors/embedded.ts';
import { healthOf, type Problem, selectProblems } from '../store/selectors/problems.ts';
import { currentCluster } from './currentCluster.ts';
import { type ClusterTab, type Route, routeHref } from './routes.ts';
import { useRoute } from './useRoute.ts';

/** Clusters beyond this many are folded, except the one that is open. */
const OPEN_CLUSTERS = 3;

export function Navigation() {
  const clusters = useConsole(selectClusters);
  const freeHosts = useConsole(selectFreeHosts);
  const problems = useConsole(selectProblems);
  const hasEmbedded = useConsole((state) => state.embedded !== null);
  // While it comes up or when it has failed: else it stands among the clusters.
  const embeddedAlone = useConsole(selectEmbeddedClusters).length === 0 && hasEmbedded;
  const route = useRoute();
  const here = currentCluster(route, clusters);
  const onFreeHosts = route.screen === 'hosts' || (route.screen === 'host' && here === null);
  return (
    <Nav aria-label="Main" className="mm-nav">
      <NavList>
        {clusters.map((cluster) => (
          <ClusterBranch
            key={cluster.key}
            cluster={cluster}
            problems={problems}
            route={route}
            isHere={here === cluster.key}
            startOpen={clusters.length <= OPEN_CLUSTERS}
          />
        ))}
        <Item
          to={{ screen: 'hosts' }}
          label={clusters.length === 0 ? 'Hosts' : 'Hosts without a cluster'}
          detail={freeHosts.length === 0 ? '' : String(freeHosts.length)}
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
  cluster: Cluster;
  problems: Problem[];
  route: Route;
  isHere: boolean;
  startOpen: boolean;
}

function ClusterBranch({ cluster, problems, route, isHere, startOpen }: ClusterBranchProps) {
  const [open, setOpen] = useState(startOpen);
  const health = healthOf(cluster, problems);
  const tab = (name: ClusterTab) => route.screen === 'cluster' && isHere && route.tab === name;
  return (
    <NavExpandable
      title={
        <span className="mm-nav-cluster">
          <StatusIcon tone={healthTone[health]} label={healthWord[health]} /> {cluster.name}
          {/* One that says so itself need not say it twice. */}
          {cluster.name.startsWith('embedded') ? null : <EmbeddedClusterLabel clusterKey={cluster.key} />}
        </span>
      }
      srText={`Cluster ${cluster.name}`}
      isExpanded={open || isHere}
      isActive={isHere}
      onExpand={(_event, expand) => setOpen(expand)}
    >
      <Item
        to={{ screen: 'cluster', key: cluster.key, tab: 'overview' }}
        label="Overview"
        isActive={tab('overview')}
      />
      <Item
        to={{ screen: 'cluster', key: cluster.key, tab: 'hosts' }}
        label="Hosts"
        isActive={tab('hosts') || (isHere && route.screen === 'host')}
      />
      <Item
        to={{ screen: 'cluster', key: cluster.key, tab: 'vms' }}
        label="Virtual machines"
        isActive={tab('vms')}
      />
      <Item
        to={{ screen: 'cluster', key: cluster.key, tab: 'priorities' }}
        label="Priorities"
        detail={useHasDraft(cluster.key) ? 'draft' : ''}
        isActive={tab('priorities')}
      />
      <Item
        to={{ screen: 'cluster', key: cluster.key, tab: 'drill' }}
        label="Fire drill"
        isActive={tab('drill')}
      />
      <Item
        to={{ screen: 'cluster', key: cluster.key, tab: 'history' }}
        label="History"
        isActive={tab('history') || (isHere && route.screen === 'failover')}
      />
      <Item
        to={{ screen: 'cluster', key: cluster.key, tab: 'notifications' }}
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
