import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { healthTone, healthWord } from '../../components/health.ts';
import { Screen } from '../../components/Screen.tsx';
import { Status } from '../../components/Status.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { healthOf, selectProblems } from '../../store/selectors/problems.ts';
import { ClusterActions } from '../deploy/ClusterActions.tsx';
import { AddHostDialog } from './AddHostDialog.tsx';
import { HostsTable } from './HostsTable.tsx';

export function ClusterHostsScreen({ cluster }: { cluster: Cluster }) {
  const health = healthOf(cluster, useConsole(selectProblems));
  const [connecting, setConnecting] = useState<string | null>(null);
  return (
    <Screen
      title={`Hosts of ${cluster.name}`}
      context="Cluster"
      status={<Status tone={healthTone[health]}>{healthWord[health]}</Status>}
      actions={<ClusterActions cluster={cluster} />}
    >
      <HostsTable
        label={`Hosts of ${cluster.name}`}
        rows={cluster.hosts}
        clusterKey={cluster.key}
        absentAction={(name) => (
          <Button variant="link" isInline onClick={() => setConnecting(name)}>
            Connect to {name}
          </Button>
        )}
      />
      {connecting === null ? null : (
        <AddHostDialog suggestedAddress={connecting} close={() => setConnecting(null)} />
      )}
    </Screen>
  );
}
