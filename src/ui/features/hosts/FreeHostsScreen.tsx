import { Button } from '@patternfly/react-core';
import { PlusCircleIcon, ServerIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { FindingLine } from '../../components/FindingLine.tsx';
import { Nothing } from '../../components/Nothing.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { routeHref } from '../../shell/routes.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { selectClusters, selectFreeHosts } from '../../store/selectors/clusters.ts';
import { problemsOf, selectProblems } from '../../store/selectors/problems.ts';
import { TryEmbeddedButton } from '../embedded/TryEmbeddedButton.tsx';
import { AddHostDialog } from './AddHostDialog.tsx';
import { HostsTable } from './HostsTable.tsx';

export function FreeHostsScreen() {
  const hosts = useConsole(selectFreeHosts);
  const clusters = useConsole(selectClusters);
  const anyCluster = clusters.length > 0;
  const problems = problemsOf(useConsole(selectProblems), null);
  const [adding, setAdding] = useState(false);
  return (
    <Screen
      title={anyCluster ? 'Hosts without a cluster' : 'Hosts'}
      actions={
        <>
          <Button variant="secondary" icon={<PlusCircleIcon />} onClick={() => setAdding(true)}>
            Add host
          </Button>
          {hosts.length > 1 ? (
            <Button variant="primary" component="a" href={routeHref({ screen: 'deploy' })}>
              Deploy a cluster
            </Button>
          ) : null}
        </>
      }
    >
      {problems.length === 0 ? null : (
        <Panel title="What is wrong right now">
          <ul className="mm-findings">
            {problems.map((problem) => (
              <li key={problem.key}>
                <FindingLine finding={problem.finding} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {hosts.length === 0 ? (
        <Nothing
          title={anyCluster ? 'Every host belongs to a cluster' : 'No hosts yet'}
          icon={ServerIcon}
          actions={
            <>
              {clusters.map(({ key, name }) => (
                <Button
                  key={key}
                  variant="primary"
                  component="a"
                  href={routeHref({ screen: 'cluster', key, tab: 'overview' })}
                >
                  Open {name}
                </Button>
              ))}
              <Button variant={anyCluster ? 'secondary' : 'primary'} onClick={() => setAdding(true)}>
                Add host
              </Button>
              {anyCluster ? null : <TryEmbeddedButton />}
            </>
          }
        >
          {anyCluster
            ? 'Minime has found the cluster of each host. A host that belongs to none appears here, to be deployed or added to one.'
            : 'Add a hypervisor host that Minime can reach over SSH, then deploy a cluster or add the host to one.'}
        </Nothing>
      ) : (
        <HostsTable
          clusterKey={null}
          label="Hosts without a cluster"
          rows={hosts.map((host) => ({ name: host.name, host, member: null, view: null }))}
        />
      )}
      {adding ? <AddHostDialog close={() => setAdding(false)} /> : null}
    </Screen>
  );
}
