import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Screen } from '../../components/Screen.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { Status } from '../../components/Status.tsx';
import { useAction } from '../../components/useAction.ts';
import { routeHref } from '../../shell/routes.ts';
import { UnknownPlace } from '../../shell/UnknownPlace.tsx';
import { navigate } from '../../shell/useRoute.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import { type Cluster, selectClusters } from '../../store/selectors/clusters.ts';
import { type HostIdentity, selectHosts } from '../../store/selectors/hosts.ts';
import { RemoveFromClusterDialog } from '../deploy/RemoveFromClusterDialog.tsx';
import { EmbeddedLabel } from '../embedded/EmbeddedLabel.tsx';
import { ConnectionPanel } from './ConnectionPanel.tsx';
import { HostLinksPanel } from './HostLinksPanel.tsx';
import { HostProblems } from './HostProblems.tsx';
import { HostQuorumDisks } from './HostQuorumDisks.tsx';
import { HostVmsPanel } from './HostVmsPanel.tsx';
import { hostStatus } from './hostStatus.ts';
import { LoadCharts } from './LoadCharts.tsx';
import { MaintenanceButton } from './MaintenanceButton.tsx';
import { MaintenanceLabel } from './MaintenanceLabel.tsx';
import { MovedAwayPanel } from './MovedAwayPanel.tsx';
import { MovesPanel } from './MovesPanel.tsx';
import { RemoveFromConsoleDialog } from './RemoveFromConsoleDialog.tsx';
import { SystemPanel } from './SystemPanel.tsx';

export function HostScreen({ hostId }: { hostId: string }) {
  const host = useConsole(selectHosts)[hostId];
  const clusters = useConsole(selectClusters);
  if (host === undefined) return <UnknownPlace what="host" />;
  const cluster = clusters.find(({ hosts }) => hosts.some((row) => row.host?.id === hostId)) ?? null;
  return <KnownHost host={host} cluster={cluster} />;
}

function KnownHost({ host, cluster }: { host: HostIdentity; cluster: Cluster | null }) {
  const row = cluster?.hosts.find((known) => known.host?.id === host.id) ?? null;
  const status = hostStatus(host, row?.member ?? null);
  return (
    <Screen
      title={host.name}
      context={
        cluster === null ? (
          <a href={routeHref({ screen: 'hosts' })}>Hosts without a cluster</a>
        ) : (
          <a href={routeHref({ screen: 'cluster', key: cluster.key, tab: 'hosts' })}>{cluster.name}</a>
        )
      }
      status={
        <>
          <Status tone={status.tone}>{status.word}</Status>
          {host.embedded ? <EmbeddedLabel /> : null}
          {host.freshness === 'stale' ? <StaleBadge since={host.staleSince} /> : null}
          <MaintenanceLabel clusterKey={cluster?.key ?? null} name={host.name} />
        </>
      }
      actions={<HostButtons host={host} cluster={cluster} />}
    >
      <HostProblems host={host} />
      <MovesPanel host={host} clusterId={cluster?.id ?? null} />
      <div className={host.freshness === 'stale' ? 'mm-halves mm-stale' : 'mm-halves'}>
        <div className="mm-column">
          <LoadCharts hostId={host.id} live={host.freshness === 'live'} />
          {cluster === null || cluster.id === null ? null : (
            <MovedAwayPanel host={host} clusterKey={cluster.key} clusterId={cluster.id} />
          )}
          <HostVmsPanel host={host} clusterKey={cluster?.key ?? null} />
        </div>
        <div className="mm-column">
          <ConnectionPanel host={host} />
          {row?.view === undefined || row.view === null ? null : (
            <HostLinksPanel links={row.view.links} live={host.freshness === 'live'} />
          )}
          {cluster === null ? null : <HostQuorumDisks host={host} />}
          <SystemPanel hostId={host.id} />
        </div>
      </div>
    </Screen>
  );
}

type Dialog = 'remove-from-console' | 'remove-from-cluster' | null;

function HostButtons({ host, cluster }: { host: HostIdentity; cluster: Cluster | null }) {
  const call = useCall();
  const [dialog, setDialog] = useState<Dialog>(null);
  const connect = useAction(() => call('hosts.connect', { hostId: host.id }));
  const disconnect = useAction(() => call('hosts.disconnect', { hostId: host.id }));
  const sync = useAction(() => call('hosts.sync', { hostId: host.id }));
  const { state } = host.connection;
  const error = connect.error ?? disconnect.error ?? sync.error;
  return (
    <>
      {cluster === null || cluster.id === null ? null : (
        <MaintenanceButton host={host} clusterKey={cluster.key} clusterId={cluster.id} />
      )}
      {cluster !== null && host.freshness === 'live' ? (
        <Button variant="secondary" isLoading={sync.pending} onClick={() => void sync.run()}>
          Sync now
        </Button>
      ) : null}
      {['disconnected', 'failed', 'reconnecting', 'version-mismatch'].includes(state) ? (
        <Button variant="primary" isLoading={connect.pending} onClick={() => void connect.run()}>
          Connect now
        </Button>
      ) : null}
      {['disconnected', 'failed'].includes(state) ? null : (
        <Button variant="secondary" isLoading={disconnect.pending} onClick={() => void disconnect.run()}>
          Disconnect
        </Button>
      )}
      {cluster === null || cluster.id === null ? null : (
        <Button variant="secondary" isDanger onClick={() => setDialog('remove-from-cluster')}>
          Remove from cluster
        </Button>
      )}
      <Button variant="secondary" onClick={() => setDialog('remove-from-console')}>
        Remove from console
      </Button>
      {error === null ? null : <ErrorNotice error={error} />}
      {dialog === 'remove-from-console' ? (
        <RemoveFromConsoleDialog
          host={host}
          inCluster={cluster !== null}
          close={() => setDialog(null)}
          removed={() => navigate({ screen: 'start' })}
        />
      ) : null}
      {dialog === 'remove-from-cluster' && cluster !== null && cluster.id !== null ? (
        <RemoveFromClusterDialog
          clusterId={cluster.id}
          clusterName={cluster.name}
          node={host.name}
          close={() => setDialog(null)}
        />
      ) : null}
    </>
  );
}
