import { useEffect, useRef } from 'react';

/** Does something once, when this part of the screen opens. For what arriving here asks for, like a check. */
export function useOnArrival(act: () => void): void {
  const first = useRef(act);
  const arrived = useRef(false);
  useEffect(() => {
    // React's strict mode opens everything twice while developing.
    if (arrived.current) return;
    arrived.current = true;
    first.current();
  }, []);
}
