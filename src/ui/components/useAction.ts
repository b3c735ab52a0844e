import { useState } from 'react';
import { type ErrorInfo, toErrorInfo } from '../../contract/errors.ts';

export interface Action<A extends unknown[]> {
  run: (...args: A) => Promise<boolean>;
  pending: boolean;
  error: ErrorInfo | null;
  clear: () => void;
}

/** Something the admin starts: whether it is under way, and what went wrong. `run` answers whether it went well. */
export function useAction<A extends unknown[]>(perform: (...args: A) => Promise<unknown>): Action<A> {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorInfo | null>(null);
  const run = async (...args: A) => {
    setPending(true);
    setError(null);
    try {
      await perform(...args);
      return true;
    } catch (thrown) {
      setError(toErrorInfo(thrown));
      return false;
    } finally {
      setPending(false);
    }
  };
  return { run, pending, error, clear: () => setError(null) };
}
