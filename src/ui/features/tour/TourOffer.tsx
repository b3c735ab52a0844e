import { Button } from '@patternfly/react-core';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { stops } from './stops.ts';
import { useTour } from './TourContext.tsx';

/** Offered until it was taken or declined. */
export function TourOffer() {
  const seen = useConsole((state) => state.settings.tourSeen === true);
  const { at, go, end } = useTour();
  if (seen || at !== null) return null;
  return (
    <p className="mm-tour-offer">
      <span>New here? {stops.length} stops show what matters, in a minute.</span>
      <Button variant="link" isInline onClick={() => go(0)}>
        Take the tour
      </Button>
      <Button variant="link" isInline onClick={end}>
        No, thanks
      </Button>
    </p>
  );
}
