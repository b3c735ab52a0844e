import { useCallback, useEffect, useRef, useState } from 'react';
import { type ErrorInfo, toErrorInfo } from '../../../contract/errors.ts';
import type { FailoverRecord } from '../../../contract/failover.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import type { Failover } from '../../store/selectors/takeovers.ts';

/** A record that still grows is asked for again after this time, since hosts push only its summary. */
const REFRESH_MS = 2_000;

export interface LoadedRecord {
  record: FailoverRecord | null;
  error: ErrorInfo | null;
  load: () => Promise<void>;
}

/** The record of a failover, kept up to date: with every change of its summary, and while it runs. */
export function useRecord(clusterId: string, id: string, summary: Failover | null): LoadedRecord {
  const call = useCall();
  const [record, setRecord] = useState<FailoverRecord | null>(null);
  const [error, setError] = useState<ErrorInfo | null>(null);
  const latest = useRef(0);
  const load = useCallback(async () => {
    latest.current += 1;
    const mine = latest.current;
    try {
      const answer = await call('history.get', { clusterId, id });
      if (mine !== latest.current) return;
      setRecord(answer.record);
      setError(null);
    } catch (thrown) {
      if (mine === latest.current) setError(toErrorInfo(thrown));
    }
  }, [call, clusterId, id]);

  const stage = summary === null ? '' : `${summary.state} ${JSON.stringify(summary.counts)}`;
  useEffect(() => {
    void load();
    // What the summary tells is not used, but that it changed means that the record did.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [load, stage]);

  const running = summary?.state === 'running';
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => void load(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [load, running]);

  return { record, error, load };
}
