import { Spinner } from '@patternfly/react-core';
import { useMemo } from 'react';
import type { Policy } from '../../../../contract/policy.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { count, formatForecast } from '../../../components/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import { Status } from '../../../components/Status.tsx';
import type { ClusterHost } from '../../../store/selectors/clusters.ts';
import { HostBars } from './HostBars.tsx';
import { summaryOf } from './outcomes.ts';
import { PlanList } from './PlanList.tsx';
import type { WhatIf } from './useForecast.ts';

interface WhatIfPanelProps {
  whatIf: WhatIf;
  policy: Policy;
  hosts: ClusterHost[];
  running: ReadonlyMap<string, number>;
  failed: string[];
  setFailed: (hosts: string[]) => void;
  maintenance: Record<string, unknown>;
  /** Which policy the forecast is about: the one in force, the draft, the draft with a VM that is being dragged. */
  about: string;
}

/** What would happen if the chosen hosts failed now. */
export function WhatIfPanel(props: WhatIfPanelProps) {
  const { whatIf, policy, hosts, running, failed, setFailed, maintenance, about } = props;
  const { forecast, outcomes, pending, error } = whatIf;
  const all = useMemo(() => [...outcomes.values()], [outcomes]);
  const toggle = (name: string) =>
    setFailed(failed.includes(name) ? failed.filter((other) => other !== name) : [...failed, name]);
  return (
    <Panel
      title="What if these hosts failed now?"
      className="mm-prio-whatif"
      summary={pending ? <Spinner size="md" aria-label="Working it out" /> : null}
    >
      <div className="mm-prio-chips" role="group" aria-label="Hosts that fail">
        {hosts.map(({ name }) => (
          <button
            key={name}
            type="button"
            className="mm-prio-chip"
            aria-pressed={failed.includes(name)}
            onClick={() => toggle(name)}
          >
            {name}
            <span className="mm-prio-chip-count">{running.get(name) ?? 0}</span>
          </button>
        ))}
      </div>
      {failed.length === 0 ? (
        <p className="mm-dim">
          Choose at least one host. The figure beside a host is how many VMs run there.
        </p>
      ) : error === null ? null : (
        <ErrorNotice error={error} />
      )}
      {failed.length === 0 || forecast === null ? null : (
        <div className="mm-prio-answer">
          <SummaryLine whatIf={whatIf} about={about} />
          <HostBars plan={forecast.plan} policy={policy} hosts={hosts} maintenance={maintenance} />
          <PlanList outcomes={all} />
          {forecast.plan.search.exact ? null : (
            <p className="mm-prio-note">
              The planner reached the bound of its search: a better plan may exist.
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}

function SummaryLine({ whatIf: { outcomes, forecast }, about }: { whatIf: WhatIf; about: string }) {
  const { starts, staysDown, overCpu, lastAtS, differs } = summaryOf(outcomes);
  if (outcomes.size === 0) return <Status tone="ok">No VM would go down with them.</Status>;
  return (
    <div className="mm-prio-summary">
      <span className="mm-prio-about">{about}</span>
      <Status tone={staysDown + overCpu > 0 ? 'warning' : 'ok'}>
        {count(starts, 'VM')} would start
        {lastAtS === null ? '' : `, the last after about ${formatForecast(lastAtS)}`}
        {overCpu > 0 ? `; ${overCpu} of them on hosts over the CPU threshold` : ''}
        {staysDown > 0 ? `; ${staysDown} would stay down` : ''}
      </Status>
      <span className="mm-dim">
        {differs === 0
          ? ''
          : `${count(differs, 'VM')} ${differs === 1 ? 'fares' : 'fare'} otherwise than with the present policy. `}
        {forecast === null
          ? ''
          : `Detection, fencing and mounting take about ${formatForecast(forecast.startsAfterS)} of it.`}
      </span>
    </div>
  );
}
