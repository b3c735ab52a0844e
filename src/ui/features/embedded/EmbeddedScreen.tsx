import { Button, Spinner } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import type { EmbeddedSite } from '../../../contract/embedded.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Nothing } from '../../components/Nothing.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { Status } from '../../components/Status.tsx';
import { useAction } from '../../components/useAction.ts';
import { navigate } from '../../shell/useRoute.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import { selectEmbeddedClusters } from '../../store/selectors/embedded.ts';
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
  return (
    <Screen title="Embedded cluster" status={<EmbeddedLabel />}>
      {site === null ? (
        <Nothing title="There is no embedded cluster" actions={<TryEmbeddedButton />}>
          It is a whole cluster inside Minime, to be tried out and broken without any host at hand.
        </Nothing>
      ) : site.state === 'failed' ? (
        <Failed site={site} />
      ) : (
        <Progress site={site} />
      )}
    </Screen>
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
          {up} of {site.hosts.length} hosts are on. Its overview opens by itself as soon as one of them
          answers.
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
