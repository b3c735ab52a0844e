import { useEffect, useState } from 'react';
import type { LoadSample } from '../../../contract/consoleApi.ts';
import { type ErrorInfo, toErrorInfo } from '../../../contract/errors.ts';
import { useConsoleClient } from '../../store/ConsoleContext.tsx';
import { appendSample, joinHistory } from './loadSeries.ts';

/** Load of the last hour, oldest first: what the core remembers, and from then on every new figure. */
export function useLoadHistory(hostId: string): { samples: LoadSample[]; error: ErrorInfo | null } {
  const { call, store } = useConsoleClient();
  const [samples, setSamples] = useState<LoadSample[]>([]);
  const [error, setError] = useState<ErrorInfo | null>(null);

  useEffect(() => {
    let left = false;
    const unsubscribe = store.subscribe((state, before) => {
      const load = state.sections.load[hostId];
      if (load === undefined || load === before.sections.load[hostId]) return;
      const { cpuPercent, memoryFree, memoryTotal } = load;
      setSamples((known) => appendSample(known, { at: Date.now(), cpuPercent, memoryFree, memoryTotal }));
    });
    call('hosts.loadHistory', { hostId }).then(
      (history) => {
        if (left) return;
        setError(null);
        setSamples((since) => joinHistory(history.samples, since));
      },
      (thrown: unknown) => {
        if (!left) setError(toErrorInfo(thrown));
      },
    );
    return () => {
      left = true;
      unsubscribe();
    };
  }, [call, store, hostId]);

  return { samples, error };
}
