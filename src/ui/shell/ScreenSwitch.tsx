import { DeployScreen } from '../features/deploy/DeployScreen.tsx';
import { DrillScreen } from '../features/drill/DrillScreen.tsx';
import { EmbeddedScreen } from '../features/embedded/EmbeddedScreen.tsx';
import { HistoryScreen } from '../features/history/HistoryScreen.tsx';
import { RecordScreen } from '../features/history/RecordScreen.tsx';
import { ClusterHostsScreen } from '../features/hosts/ClusterHostsScreen.tsx';
import { FreeHostsScreen } from '../features/hosts/FreeHostsScreen.tsx';
import { HostScreen } from '../features/hosts/HostScreen.tsx';
import { NotificationsScreen } from '../features/notifications/NotificationsScreen.tsx';
import { ActivityScreen } from '../features/operations/ActivityScreen.tsx';
import { OverviewScreen } from '../features/overview/OverviewScreen.tsx';
import { PrioritiesScreen } from '../features/priorities/PrioritiesScreen.tsx';
import { SettingsScreen } from '../features/settings/SettingsScreen.tsx';
import { VmsScreen } from '../features/vms/VmsScreen.tsx';
import { useConsole } from '../store/ConsoleContext.tsx';
import { selectClusters } from '../store/selectors/clusters.ts';
import type { ClusterTab } from './routes.ts';
import { StartScreen } from './StartScreen.tsx';
import { UnknownPlace } from './UnknownPlace.tsx';
import { useRoute } from './useRoute.ts';

/** The screen that the address calls for. Keys make a new place a new screen, with focus on its heading. */
export function ScreenSwitch() {
  const route = useRoute();
  switch (route.screen) {
    case 'start':
      return <StartScreen />;
    case 'cluster':
      return <ClusterScreen key={`${route.key}/${route.tab}`} clusterKey={route.key} tab={route.tab} />;
    case 'failover':
      return <FailoverScreen key={route.id} clusterKey={route.key} id={route.id} />;
    case 'hosts':
      return <FreeHostsScreen />;
    case 'host':
      return <HostScreen key={route.hostId} hostId={route.hostId} />;
    case 'deploy':
      return <DeployScreen />;
    case 'activity':
      return <ActivityScreen key={route.operationId} operationId={route.operationId} />;
    case 'embedded':
      return <EmbeddedScreen />;
    case 'settings':
      return <SettingsScreen />;
  }
}

function ClusterScreen({ clusterKey, tab }: { clusterKey: string; tab: ClusterTab }) {
  const cluster = useConsole(selectClusters).find(({ key }) => key === clusterKey);
  if (cluster === undefined) return <UnknownPlace what="cluster" />;
  switch (tab) {
    case 'overview':
      return <OverviewScreen cluster={cluster} />;
    case 'hosts':
      return <ClusterHostsScreen cluster={cluster} />;
    case 'vms':
      return <VmsScreen cluster={cluster} />;
    case 'priorities':
      return <PrioritiesScreen cluster={cluster} />;
    case 'drill':
      return <DrillScreen cluster={cluster} />;
    case 'notifications':
      return <NotificationsScreen cluster={cluster} />;
    case 'history':
      return <HistoryScreen cluster={cluster} />;
  }
}

function FailoverScreen({ clusterKey, id }: { clusterKey: string; id: string }) {
  const cluster = useConsole(selectClusters).find(({ key }) => key === clusterKey);
  return cluster === undefined ? <UnknownPlace what="cluster" /> : <RecordScreen cluster={cluster} id={id} />;
}
