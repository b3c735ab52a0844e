import { Alert } from '@patternfly/react-core';
import { useNow } from '../components/clock.ts';
import { formatAge } from '../components/format.ts';
import { useConsole } from '../store/ConsoleContext.tsx';

/** Says that the page itself is cut off, so that nothing below it is taken for the present. */
export function LinkBanner() {
  const lostAt = useConsole((state) => state.linkLostAt);
  const now = useNow();
  if (lostAt === null) return null;
  return (
    <Alert
      variant="danger"
      isInline
      component="p"
      className="mm-link-banner"
      title={`This page lost touch with Minime ${formatAge(lostAt, now)}`}
    >
      Everything below is the last that was known. The page connects again by itself; if it does not, check
      that Minime is still running. Hosts and their cluster go on without it.
    </Alert>
  );
}
