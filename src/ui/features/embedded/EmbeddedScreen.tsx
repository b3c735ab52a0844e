import { Button, Spinner } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import type { EmbeddedSite } from '../../../contract/embedded.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { count } from '../../components/format.ts';
import { Nothing } from '../../components/Nothing.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { Status } from '../../components/Status.tsx';
import { useAction } from '../../components/useAction.ts';
import { routeHref } from '../../shell/routes.ts';
import { navigate } from '../../shell/useRoute.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import { selectEmbeddedClusters } from '../../store/selectors/embedded.ts';
import { BreakPanel } from './BreakPanel.tsx';
import { powerWords } from './breakages.ts';
import { EmbeddedLabel } from './EmbeddedLabel.tsx';
import { RemoveEmbeddedDialog } from './RemoveEmbeddedDialog.tsx';
import { TryEmbeddedButton } from './TryEmbeddedButton.tsx';

/** The embedded cluster while it is not there to be looked at: not made, coming up, failed. Else leads to it. */
export function EmbeddedScreen() {
  const site = useConsole((state) => state.embedded);
  const cluster = useConsole(selectEmbeddedClusters)[0]?.key ?? null;
  const state = site?.state;
  useEffect(() => {
    if (cluster !== null && (state === 'running' || state === 'starting')) {
      navigate({ screen: 'cluster', key: cluster, tab: 'overview' });
    }
  }, [cluster, state]);
  const [removing, setRemoving] = useState(false);
  const bare = site?.bare === true && state === 'running';
  const actions = (
    <>
      <Button variant="secondary" onClick={() => setRemoving(true)}>
        Remove the embedded hosts
      </Button>
      <Button variant="primary" component="a" href={routeHref({ screen: 'deploy' })}>
        Deploy a cluster
      </Button>
    </>
  );
  return (
    <Screen
      title={bare ? 'Embedded hosts' : 'Embedded cluster'}
      status={<EmbeddedLabel />}
      actions={bare ? actions : undefined}
    >
      {site === null ? (
        <Nothing title="There is no embedded cluster" actions={<TryEmbeddedButton />}>
          It is a whole cluster inside Minime, to be tried out and broken without any host at hand.
        </Nothing>
      ) : site.state === 'failed' ? (
        <Failed site={site} />
      ) : bare ? (
        <Bare site={site} />
      ) : (
        <Progress site={site} />
      )}
      {removing ? <RemoveEmbeddedDialog close={() => setRemoving(false)} /> : null}
    </Screen>
  );
}

/** Everything is there but high availability. */
function Bare({ site }: { site: EmbeddedSite }) {
  return (
    <Panel title="They are bare">
      <div className="mm-stack">
        <p>
          {count(site.hosts.length, 'host')} with {count(site.vms.length, 'VM')} run inside Minime, and
          nothing looks after them yet. Deploy high availability on all of them together, with the wizard that
          real hosts get. Packages, disks and networks are pretended on these hosts; what is written, checked
          and verified is the same. The overview of the new cluster is here when that is done.
        </p>
        <p>
          To see how a deployment gets over it, break something first, or in the middle of it: it says what is
          wrong, and finishes when it is run again.
        </p>
        <BreakPanel site={site} clusterId={site.clusters[0]?.id ?? ''} isDeployed={false} />
      </div>
    </Panel>
  );
}

function Progress({ site }: { site: EmbeddedSite }) {
  const up = site.hosts.filter(({ power }) => power === 'on').length;
  return (
    <Panel
      title={site.state === 'removing' ? 'It is being removed' : 'It is coming up'}
      summary={<Spinner size="md" aria-label="Working" />}
    >
      {site.hosts.length === 0 ? (
        <p>Its folder is being made: {site.folder}</p>
      ) : (
        <p>
          {up} of {site.hosts.length} hosts are on.{' '}
          {site.bare
            ? 'High availability can be deployed on them when all are.'
            : 'Its overview opens by itself as soon as one of them answers.'}
        </p>
      )}
      <ul className="mm-lines">
        {site.hosts.map(({ name, power }) => (
          <li key={name}>
            <Status tone={powerWords[power].tone}>
              {name}: {powerWords[power].word.toLowerCase()}
            </Status>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Failed({ site }: { site: EmbeddedSite }) {
  const call = useCall();
  const [removing, setRemoving] = useState(false);
  const again = useAction(() => call('embedded.start', {}));
  const error = again.error ?? site.error ?? null;
  return (
    <>
      {error === null ? null : (
        <ErrorNotice error={error} retry={{ label: 'Start it again', run: () => void again.run() }} />
      )}
      <p>
        <Button variant="secondary" isDanger onClick={() => setRemoving(true)}>
          Remove the embedded cluster
        </Button>
      </p>
      {removing ? <RemoveEmbeddedDialog close={() => setRemoving(false)} /> : null}
    </>
  );
}
