import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { useCall } from '../../store/ConsoleContext.tsx';

interface Tour {
  /** Index of the stop; null: nobody takes it. */
  at: number | null;
  go: (at: number) => void;
  /** Ends it for good; Settings begin it again. */
  end: () => void;
}

const TourContext = createContext<Tour | null>(null);

/** Outlives the screens that the tour leads through. */
export function TourProvider({ children }: { children: ReactNode }) {
  const call = useCall();
  const [at, setAt] = useState<number | null>(null);
  const tour = useMemo<Tour>(
    () => ({
      at,
      go: setAt,
      end: () => {
        setAt(null);
        // If it cannot be written down, it is offered again next time, which harms nobody.
        call('settings.set', { tourSeen: true }).catch(() => undefined);
      },
    }),
    [at, call],
  );
  return <TourContext value={tour}>{children}</TourContext>;
}

export function useTour(): Tour {
  const tour = useContext(TourContext);
  if (tour === null) throw new Error('This component stands outside of TourProvider.');
  return tour;
}
