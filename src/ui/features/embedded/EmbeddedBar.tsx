import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { EmbeddedSite } from '../../../contract/embedded.ts';
import { count } from '../../components/format.ts';
import { Status } from '../../components/Status.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { selectEmbeddedClusters } from '../../store/selectors/embedded.ts';
import { BreakPanel } from './BreakPanel.tsx';
import { EmbeddedLabel } from './EmbeddedLabel.tsx';
import { RemoveEmbeddedDialog } from './RemoveEmbeddedDialog.tsx';

interface EmbeddedBarProps {
  /** Of the cluster on the screen; null: none. */
  clusterKey: string | null;
  /** Where the panel is there without being asked for. */
  startOpen: boolean;
}

/** Above every screen of an embedded cluster: that it is one, and the way to break it. */
export function EmbeddedBar({ clusterKey, startOpen }: EmbeddedBarProps) {
  const cluster = useConsole(selectEmbeddedClusters).find(({ key }) => key === clusterKey);
  const site = useConsole((state) => state.embedded);
  if (cluster === undefined) return null;
  return <Bar site={site} clusterId={cluster.id ?? ''} startOpen={startOpen} />;
}

function Bar(props: { site: EmbeddedSite | null; clusterId: string; startOpen: boolean }) {
  const { site, clusterId, startOpen } = props;
  const [open, setOpen] = useState(startOpen);
  const [removing, setRemoving] = useState(false);
  const running = site?.state === 'running';
  return (
    <div className="mm-embedded-bar">
      <div className="mm-embedded-line">
        <EmbeddedLabel />
        <span>{sentence(site)}</span>
        {site === null || site.faults.length === 0 ? null : (
          <Status tone="warning">{count(site.faults.length, 'thing')} broken on purpose</Status>
        )}
        <span className="mm-embedded-actions">
          {running ? (
            <Button
              variant={open ? 'secondary' : 'primary'}
              size="sm"
              aria-expanded={open}
              aria-controls="mm-break"
              onClick={() => setOpen(!open)}
            >
              {open ? 'Hide' : 'Break it'}
            </Button>
          ) : null}
          {site === null ? null : (
            <Button variant="link" isInline onClick={() => setRemoving(true)}>
              Remove the embedded cluster
            </Button>
          )}
        </span>
      </div>
      {open && running ? <BreakPanel site={site} clusterId={clusterId} isDeployed /> : null}
      {removing ? <RemoveEmbeddedDialog close={() => setRemoving(false)} /> : null}
    </div>
  );
}

function sentence(site: EmbeddedSite | null): string {
  switch (site?.state) {
    case 'starting':
      return 'The embedded cluster is starting.';
    case 'removing':
      return 'The embedded cluster is being removed.';
    case 'failed':
      return site.error?.message ?? 'The embedded cluster cannot be used.';
    case 'running':
    case undefined:
      return 'These hosts run inside Minime. Break what you like: no real host is touched.';
  }
}
