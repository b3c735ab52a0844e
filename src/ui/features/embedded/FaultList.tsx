import { Button } from '@patternfly/react-core';
import type { EmbeddedFault } from '../../../contract/embedded.ts';
import { Status, StatusIcon } from '../../components/Status.tsx';
import type { Breaking } from './useBreak.ts';

/** What is broken on purpose now, each with its repair. */
export function FaultList({ faults, breaking }: { faults: EmbeddedFault[]; breaking: Breaking }) {
  if (faults.length === 0) return <Status tone="ok">Nothing is broken.</Status>;
  return (
    <ul className="mm-break-faults">
      {faults.map(({ id, title, undo }) => (
        <li key={id} className="mm-break-fault">
          <StatusIcon tone="warning" />
          <span>{title}</span>
          <Button
            variant="link"
            isInline
            isDisabled={breaking.pending}
            aria-label={`Repair: ${title}`}
            onClick={() => breaking.act(undo, 'It is being repaired.')}
          >
            Repair
          </Button>
        </li>
      ))}
    </ul>
  );
}
