import { memo } from 'react';
import type { HostForecast, Plan } from '../../../../contract/plan.ts';
import { aboutPercent } from '../../../../contract/planText.ts';
import type { Policy } from '../../../../contract/policy.ts';
import { thresholdsOf } from '../../../../planner/figures.ts';
import { formatBytes, formatPercent } from '../../../components/format.ts';
import { useConsole } from '../../../store/ConsoleContext.tsx';
import type { ClusterHost } from '../../../store/selectors/clusters.ts';

interface HostBarsProps {
  plan: Plan;
  policy: Policy;
  hosts: ClusterHost[];
  maintenance: Record<string, unknown>;
}

/** Memory and CPU of the hosts that are left, before and after, against their thresholds. */
export const HostBars = memo(function HostBars({ plan, policy, hosts, maintenance }: HostBarsProps) {
  return (
    <div className="mm-prio-bars" tabIndex={0} role="region" aria-label="Hosts that are left, scrollable">
      <span className="mm-prio-bars-head">Host</span>
      <span className="mm-prio-bars-head">Memory in use</span>
      <span className="mm-prio-bars-head">CPU</span>
      {plan.hosts.map((forecast) => (
        <Bars
          key={forecast.host}
          forecast={forecast}
          policy={policy}
          hostId={hosts.find(({ name }) => name === forecast.host)?.host?.id ?? ''}
          inMaintenance={forecast.host in maintenance}
        />
      ))}
    </div>
  );
});

interface BarsProps {
  forecast: HostForecast;
  policy: Policy;
  hostId: string;
  inMaintenance: boolean;
}

function Bars({ forecast, policy, hostId, inMaintenance }: BarsProps) {
  const total = useConsole((state) => state.sections.load[hostId]?.memoryTotal) ?? 0;
  const { minFreeMemory, maxCpuPercent } = thresholdsOf(policy, forecast.host);
  const share = (free: number) => (total === 0 ? 0 : ((total - free) / total) * 100);
  return (
    <>
      <span className="mm-prio-cut" title={forecast.host}>
        {forecast.host}
        {inMaintenance ? <span className="mm-dim"> (maintenance)</span> : null}
      </span>
      <BeforeAfter
        label={`Memory of ${forecast.host}`}
        before={share(forecast.memoryFree)}
        after={share(forecast.memoryFreeAfter)}
        limit={share(minFreeMemory)}
        text={`${formatBytes(Math.max(0, forecast.memoryFreeAfter))} free`}
        spoken={`${formatBytes(Math.max(0, forecast.memoryFree))} free now, ${formatBytes(Math.max(0, forecast.memoryFreeAfter))} after, the threshold is ${formatBytes(minFreeMemory)}`}
      />
      <BeforeAfter
        label={`CPU of ${forecast.host}`}
        before={forecast.cpuPercent}
        after={forecast.cpuPercentAfter}
        limit={maxCpuPercent}
        text={aboutPercent(forecast.cpuPercentAfter)}
        spoken={`${formatPercent(Math.min(100, forecast.cpuPercent))} now, ${aboutPercent(forecast.cpuPercentAfter)} after, the threshold is ${formatPercent(maxCpuPercent)}`}
      />
    </>
  );
}

interface BeforeAfterProps {
  label: string;
  /** 0 to 100, like `after` and `limit`. */
  before: number;
  after: number;
  limit: number;
  text: string;
  spoken: string;
}

const bounded = (value: number) => Math.min(100, Math.max(0, value));

/** In use now, what comes on top, and the line that must not be crossed. */
function BeforeAfter({ label, before, after, limit, text, spoken }: BeforeAfterProps) {
  const over = after > limit + 1e-9;
  return (
    <span className="mm-prio-bar-cell" title={spoken}>
      <span
        className="mm-prio-bar"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(bounded(after))}
        aria-valuetext={spoken}
      >
        <span
          className={over ? 'mm-prio-bar-after mm-prio-bar-over' : 'mm-prio-bar-after'}
          style={{ width: `${bounded(after)}%` }}
        />
        <span className="mm-prio-bar-before" style={{ width: `${bounded(before)}%` }} />
        <span className="mm-prio-bar-limit" style={{ insetInlineStart: `${bounded(limit)}%` }} />
      </span>
      <span className={over ? 'mm-prio-over' : ''}>{text}</span>
    </span>
  );
}
