import type { Forecast, HostView } from '../../../src/contract/consoleApi.ts';
import { MinimeError } from '../../../src/contract/errors.ts';
import type { FailoverRecord } from '../../../src/contract/failover.ts';
import type { Policy } from '../../../src/contract/policy.ts';
import { fromSurveys } from '../../../src/planner/fromSurveys.ts';
import { plan } from '../../../src/planner/plan.ts';
import { predictTimes } from '../../../src/planner/predictTimes.ts';
import { readClusterState } from './clusterState.ts';
import { timeFigures } from './figures.ts';
import { surveysOf } from './surveys.ts';

export interface ForecastQuestion {
  clusterId: string;
  policy: Policy;
  failed: readonly string[];
  /** Past failovers of the cluster, for how long things take. */
  records: readonly FailoverRecord[];
}

/**
 * What would happen under a policy if these hosts failed now. Throws `not-found` for a host that is none of the
 * cluster's and `unreachable` for one of which nobody knows what runs there.
 */
export function forecast(views: readonly HostView[], question: ForecastQuestion): Forecast {
  const { clusterId, policy, failed, records } = question;
  const state = readClusterState(views, clusterId);
  const { surveys, silent } = surveysOf(state, failed);
  for (const name of failed) {
    if (surveys.some(({ host }) => host === name)) continue;
    const isHost = silent.some(({ host }) => host === name);
    throw new MinimeError({
      kind: isHost ? 'unreachable' : 'not-found',
      host: name,
      message: isHost
        ? `What runs on ${name} is not known to this console.`
        : `${name} is not a host of ${state.name}.`,
      ...(isHost ? { remedy: `Connect to ${name}, then try again.` } : {}),
    });
  }
  const input = fromSurveys(surveys, silent);
  const unknown = new Set(silent.map(({ host }) => host));
  const planned = plan({ ...input, policy, failed });
  return {
    plan: { ...planned, hosts: planned.hosts.filter(({ host }) => !unknown.has(host)) },
    ...predictTimes(planned, policy, timeFigures(state.cluster, state.hosts.length, records)),
  };
}
