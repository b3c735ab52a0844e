import { Label } from '@patternfly/react-core';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { selectEmbeddedClusters } from '../../store/selectors/embedded.ts';

/** Says of a cluster or host that it is none of real machines. */
export function EmbeddedLabel() {
  return (
    <Label isCompact color="purple" title="Runs inside Minime, to be tried out and broken">
      embedded
    </Label>
  );
}

export function EmbeddedClusterLabel({ clusterKey }: { clusterKey: string }) {
  const embedded = useConsole(selectEmbeddedClusters).some(({ key }) => key === clusterKey);
  return embedded ? <EmbeddedLabel /> : null;
}
