import { EmbeddedBar } from '../features/embedded/EmbeddedBar.tsx';
import { TourOffer } from '../features/tour/TourOffer.tsx';
import { useConsole } from '../store/ConsoleContext.tsx';
import { selectClusters } from '../store/selectors/clusters.ts';
import { currentCluster } from './currentCluster.ts';
import { useRoute } from './useRoute.ts';

/** What stands above the screens of a cluster. Keyed, so that each of them begins anew. */
export function ScreenHead() {
  const route = useRoute();
  const here = currentCluster(route, useConsole(selectClusters));
  const onOverview = route.screen === 'cluster' && route.tab === 'overview';
  return (
    <>
      <EmbeddedBar key={onOverview ? 'overview' : 'elsewhere'} clusterKey={here} startOpen={onOverview} />
      {onOverview && here !== null ? <TourOffer /> : null}
    </>
  );
}
