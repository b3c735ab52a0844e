import { useState } from 'react';
import type { EmbeddedAction } from '../../../contract/embedded.ts';
import type { ErrorInfo } from '../../../contract/errors.ts';
import { useAction } from '../../components/useAction.ts';
import { useCall } from '../../store/ConsoleContext.tsx';

export interface Breaking {
  act: (action: EmbeddedAction, watch: string) => void;
  /** What there is to see of the last thing that was done. */
  watch: string;
  pending: boolean;
  error: ErrorInfo | null;
}

export function useBreak(): Breaking {
  const call = useCall();
  const [watch, setWatch] = useState('');
  const { run, pending, error } = useAction(async (action: EmbeddedAction, then: string) => {
    setWatch('');
    await call('embedded.act', { action });
    setWatch(then);
  });
  return { act: (action, then) => void run(action, then), watch, pending, error };
}
