import { Button } from '@patternfly/react-core';
import { useEffect, useRef } from 'react';
import { navigate } from '../../shell/useRoute.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { selectClusters } from '../../store/selectors/clusters.ts';
import { selectEmbeddedClusters } from '../../store/selectors/embedded.ts';
import { lastStop, stops } from './stops.ts';
import { useTour } from './TourContext.tsx';

/** The stop of the tour, in a corner: the screen stays usable, and goes to where the stop is. */
export function TourCard() {
  const { at } = useTour();
  const embedded = useConsole(selectEmbeddedClusters)[0] ?? null;
  const first = useConsole(selectClusters)[0] ?? null;
  const cluster = embedded ?? first;
  if (at === null || cluster === null) return null;
  return <Card key={at} at={at} clusterKey={cluster.key} isEmbedded={embedded !== null} />;
}

function Card({ at, clusterKey, isEmbedded }: { at: number; clusterKey: string; isEmbedded: boolean }) {
  const { go, end } = useTour();
  const heading = useRef<HTMLHeadingElement>(null);
  const stop = stops[at];
  const tab = stop?.tab;
  const part = stop?.part;
  useEffect(() => {
    if (tab !== undefined) navigate({ screen: 'cluster', key: clusterKey, tab });
    // After the screen, which takes the focus to its own heading when it opens.
    const timer = setTimeout(() => {
      document
        .querySelector(`[data-tour="${part ?? ''}"]`)
        ?.scrollIntoView({ block: 'center', behavior: 'instant' });
      heading.current?.focus({ preventScroll: true });
    }, 200);
    document.body.dataset.tourAt = part ?? '';
    return () => {
      clearTimeout(timer);
      delete document.body.dataset.tourAt;
    };
  }, [tab, part, clusterKey]);
  if (stop === undefined) return null;
  const isLast = at === stops.length - 1;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape, wherever in it the focus is
    <aside
      className="mm-tour"
      aria-label="Tour"
      onKeyDown={(event) => {
        if (event.key === 'Escape') end();
      }}
    >
      <p className="mm-dim">
        Tour, {at + 1} of {stops.length}
      </p>
      <h2 ref={heading} tabIndex={-1}>
        {stop.title}
      </h2>
      <p>{stop.text}</p>
      {isLast ? <p>{isEmbedded ? lastStop.embedded : lastStop.real}</p> : null}
      <div className="mm-tour-actions">
        {isLast ? (
          <Button
            variant="primary"
            size="sm"
            onClick={() => {
              end();
              navigate({ screen: 'cluster', key: clusterKey, tab: 'overview' });
            }}
          >
            Done
          </Button>
        ) : (
          <Button variant="primary" size="sm" onClick={() => go(at + 1)}>
            Next
          </Button>
        )}
        {at === 0 ? null : (
          <Button variant="secondary" size="sm" onClick={() => go(at - 1)}>
            Back
          </Button>
        )}
        {isLast ? null : (
          <Button variant="link" size="sm" onClick={end}>
            Skip the tour
          </Button>
        )}
      </div>
    </aside>
  );
}
