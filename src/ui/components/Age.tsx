import { useNow } from './clock.ts';
import { formatAge, formatSpan } from './format.ts';

/** "12 s ago", counting on. The exact time is in the title. */
export function Age({ at, prefix }: { at: number; prefix?: string }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString()}>
      {prefix === undefined ? '' : `${prefix} `}
      {formatAge(at, now)}
    </time>
  );
}

/** "for 12 s", counting on: how long something has been as it is. */
export function Since({ at }: { at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={`since ${new Date(at).toLocaleString()}`}>
      for {formatSpan(now - at)}
    </time>
  );
}
