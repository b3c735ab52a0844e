import { Label } from '@patternfly/react-core';
import { HistoryIcon } from '@patternfly/react-icons';
import { useNow } from './clock.ts';
import { formatAge } from './format.ts';

/** Marks data that is not being brought up to date. Stands beside everything that a host out of touch has told. */
export function StaleBadge({ since }: { since: number | null }) {
  const now = useNow();
  return (
    <Label isCompact status="warning" icon={<HistoryIcon />}>
      {since === null ? 'not up to date' : `last heard ${formatAge(since, now)}`}
    </Label>
  );
}
