import { Button } from '@patternfly/react-core';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { selectClusters } from '../../store/selectors/clusters.ts';
import { useTour } from './TourContext.tsx';

export function TourAgain() {
  const { go } = useTour();
  const possible = useConsole(selectClusters).length > 0;
  return (
    <div className="mm-bar">
      <Button variant="secondary" isDisabled={!possible} onClick={() => go(0)}>
        Take the tour
      </Button>
      <span className="mm-dim">
        {possible
          ? 'What matters on which screen, in a minute.'
          : 'It leads through a cluster: add hosts or try the embedded cluster first.'}
      </span>
    </div>
  );
}
