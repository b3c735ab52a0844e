import { useEffect, useMemo, useState } from 'react';
import type { Forecast } from '../../../../contract/consoleApi.ts';
import type { ErrorInfo } from '../../../../contract/errors.ts';
import type { Policy } from '../../../../contract/policy.ts';
import { useCall, useConsole } from '../../../store/ConsoleContext.tsx';
import { type Answer, LatestAnswer } from './latestAnswer.ts';
import { type Outcomes, outcomesOf } from './outcomes.ts';

/** Long enough that a hand that goes on moving asks nothing, short enough to answer a hand that stops. */
const WAIT_MS = 100;

/** Figures of hosts move all the time; the forecast follows them no faster than this. */
const FOLLOW_MS = 5000;

export interface WhatIf {
  /** The last answer; while `pending` it is about a moment ago. */
  forecast: Forecast | null;
  present: Forecast | null;
  outcomes: Outcomes;
  pending: boolean;
  error: ErrorInfo | null;
}

interface Question {
  policy: Policy;
  inForce: Policy;
  failed: string[];
  /** Changes when the figures of the hosts have moved. */
  figures: number;
}

interface Forecasts {
  forecast: Forecast;
  present: Forecast;
}

/** What would happen under `policy` if `failed` failed, beside what would happen under the policy in force. */
export function useForecast(
  clusterId: string | null,
  policy: Policy,
  inForce: Policy,
  failed: string[],
): WhatIf {
  const call = useCall();
  const at = useConsole((state) => (clusterId === null ? 0 : (state.readiness[clusterId]?.at ?? 0)));
  const figures = Math.floor(at / FOLLOW_MS);
  const question = useMemo<Question>(
    () => ({ policy, inForce, failed, figures }),
    [policy, inForce, failed, figures],
  );
  const [answer, setAnswer] = useState<Answer<Question, Forecasts> | null>(null);
  const asker = useMemo(() => {
    const ask = async (which: Policy, hosts: string[]) =>
      await call('policy.forecast', { clusterId: clusterId ?? '', policy: which, failed: hosts });
    return new LatestAnswer<Question, Forecasts>({
      waitMs: WAIT_MS,
      onAnswer: setAnswer,
      ask: async (asked) => {
        if (asked.policy === asked.inForce) {
          const forecast = await ask(asked.policy, asked.failed);
          return { forecast, present: forecast };
        }
        const [forecast, present] = await Promise.all([
          ask(asked.policy, asked.failed),
          ask(asked.inForce, asked.failed),
        ]);
        return { forecast, present };
      },
    });
  }, [call, clusterId]);
  const possible = clusterId !== null && failed.length > 0;
  useEffect(() => {
    if (possible) asker.ask(question);
    return () => asker.cancel();
  }, [asker, question, possible]);

  const { forecast = null, present = null } = answer?.value ?? {};
  const outcomes = useMemo(() => outcomesOf(forecast, present), [forecast, present]);
  return {
    forecast,
    present,
    outcomes,
    pending: possible && answer?.question !== question,
    error: answer?.error ?? null,
  };
}
