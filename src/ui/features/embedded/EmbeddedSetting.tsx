import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { count } from '../../components/format.ts';
import { routeHref } from '../../shell/routes.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { RemoveEmbeddedDialog } from './RemoveEmbeddedDialog.tsx';
import { TryEmbeddedButton } from './TryEmbeddedButton.tsx';

/** Makes the embedded cluster, leads to it, removes it. */
export function EmbeddedSetting() {
  const site = useConsole((state) => state.embedded);
  const [removing, setRemoving] = useState(false);
  return (
    <div className="mm-bar">
      {site === null ? (
        <>
          <TryEmbeddedButton />
          <span className="mm-dim">A cluster inside Minime, to be broken without harm to any real host.</span>
        </>
      ) : (
        <>
          <Button variant="secondary" component="a" href={routeHref({ screen: 'embedded' })}>
            Open the embedded cluster
          </Button>
          <Button variant="link" isInline onClick={() => setRemoving(true)}>
            Remove the embedded cluster
          </Button>
          <span className="mm-dim">
            {count(site.hosts.length, 'host')}, {count(site.vms.length, 'VM')}, in {site.folder}
          </span>
        </>
      )}
      {removing ? <RemoveEmbeddedDialog close={() => setRemoving(false)} /> : null}
    </div>
  );
}
