import { healthTone, healthWord } from '../../components/health.ts';
import { Screen } from '../../components/Screen.tsx';
import { Status } from '../../components/Status.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { healthOf, problemsOf, selectProblems } from '../../store/selectors/problems.ts';
import { ClusterActions } from '../deploy/ClusterActions.tsx';
import { VirtualIpsPanel } from '../virtual-ips/VirtualIpsPanel.tsx';
import { ClusterFacts } from './ClusterFacts.tsx';
import { FencingPanel } from './FencingPanel.tsx';
import { HeartbeatPanel } from './HeartbeatPanel.tsx';
import { HostsPanel } from './HostsPanel.tsx';
import { ProblemsPanel } from './ProblemsPanel.tsx';
import { QuorumDisksPanel } from './QuorumDisksPanel.tsx';
import { ReadinessPanel } from './ReadinessPanel.tsx';
import { TakeoverBanner } from './TakeoverBanner.tsx';

export function OverviewScreen({ cluster }: { cluster: Cluster }) {
  const problems = useConsole(selectProblems);
  const health = healthOf(cluster, problems);
  return (
    <Screen
      title={cluster.name}
      context="Cluster"
      status={<Status tone={healthTone[health]}>{healthWord[health]}</Status>}
      actions={<ClusterActions cluster={cluster} />}
    >
      <TakeoverBanner cluster={cluster} />
      <ProblemsPanel problems={problemsOf(problems, cluster.key)} cluster={cluster} />
      <ClusterFacts cluster={cluster} />
      <div className="mm-halves">
        <div className="mm-column">
          <HostsPanel cluster={cluster} />
          <ReadinessPanel cluster={cluster} />
          <QuorumDisksPanel cluster={cluster} />
        </div>
        <div className="mm-column">
          <HeartbeatPanel cluster={cluster} />
          <FencingPanel cluster={cluster} />
          <VirtualIpsPanel cluster={cluster} />
        </div>
      </div>
    </Screen>
  );
}
