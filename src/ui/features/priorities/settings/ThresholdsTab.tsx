import { Button } from '@patternfly/react-core';
import type { Policy, Thresholds } from '../../../../contract/policy.ts';
import { thresholdsOf } from '../../../../planner/figures.ts';
import { formatBytes, formatPercent } from '../../../components/format.ts';
import { useConsole } from '../../../store/ConsoleContext.tsx';
import type { ClusterHost } from '../../../store/selectors/clusters.ts';
import type { Change } from '../model/change.ts';
import { LiveBar } from './LiveBar.tsx';
import { OverCpuChoice } from './OverCpuChoice.tsx';
import { ThresholdSlider } from './ThresholdSlider.tsx';

interface ThresholdsTabProps {
  policy: Policy;
  hosts: ClusterHost[];
  readOnly: boolean;
  change: (change: Change) => void;
}

const GiB = 1024 ** 3;
/** The cluster's slider ends here where no host has told its memory. */
const FALLBACK_MEMORY = 64 * GiB;

const toGiB = (bytes: number) => Math.round((bytes / GiB) * 100) / 100;
const stepOf = (maxGiB: number) => (maxGiB > 64 ? 1 : 0.5);

/** What every host must keep free, and what single hosts must, over their load as it is now. */
export function ThresholdsTab({ policy, hosts, readOnly, change }: ThresholdsTabProps) {
  const most = useConsole((state) =>
    Math.max(0, ...hosts.map(({ host }) => state.sections.load[host?.id ?? '']?.memoryTotal ?? 0)),
  );
  const { minFreeMemory, maxCpuPercent } = policy.thresholds.cluster;
  const set = (part: keyof Thresholds, value: number) =>
    change({ kind: 'set-threshold', host: null, part, value });
  const maxGiB = Math.ceil(toGiB(most === 0 ? FALLBACK_MEMORY : most));
  return (
    <div className="mm-prio-tab">
      <p className="mm-dim">
        A host that gets a VM in a takeover keeps at least so much memory free, and stays at or below this CPU
        use if it can. VMs that run already are never moved for it.
      </p>
      <div className="mm-prio-thresholds">
        <span className="mm-prio-bars-head">Host</span>
        <span className="mm-prio-bars-head">Memory to keep free</span>
        <span className="mm-prio-bars-head">Highest CPU use</span>
        <strong>All hosts</strong>
        <ThresholdSlider
          label="Memory to keep free on all hosts, in GiB"
          value={toGiB(minFreeMemory)}
          max={maxGiB}
          step={stepOf(maxGiB)}
          unit="GiB"
          isDisabled={readOnly}
          onChange={(value) => set('minFreeMemory', Math.round(value * GiB))}
        />
        <ThresholdSlider
          label="Highest CPU use of all hosts, in percent"
          value={maxCpuPercent}
          max={100}
          step={1}
          unit="%"
          isDisabled={readOnly}
          onChange={(value) => set('maxCpuPercent', value)}
        />
        {hosts.map(({ name, host }) => (
          <HostThresholds
            key={name}
            name={name}
            hostId={host?.id ?? ''}
            policy={policy}
            readOnly={readOnly}
            change={change}
          />
        ))}
      </div>
      <OverCpuChoice value={policy.thresholds.overCpu} readOnly={readOnly} change={change} />
    </div>
  );
}

interface HostThresholdsProps {
  name: string;
  hostId: string;
  policy: Policy;
  readOnly: boolean;
  change: (change: Change) => void;
}

function HostThresholds({ name, hostId, policy, readOnly, change }: HostThresholdsProps) {
  const load = useConsole((state) => state.sections.load[hostId]);
  const own = policy.thresholds.hosts[name] ?? {};
  const { minFreeMemory, maxCpuPercent } = thresholdsOf(policy, name);
  const total = load?.memoryTotal ?? 0;
  const maxGiB = Math.ceil(toGiB(total === 0 ? FALLBACK_MEMORY : total));
  const set = (part: keyof Thresholds, value: number | null) =>
    change({ kind: 'set-threshold', host: name, part, value });
  const share = (free: number) => (total === 0 ? 0 : ((total - free) / total) * 100);
  return (
    <>
      <span className="mm-prio-cut" title={name}>
        {name}
      </span>
      <div className="mm-prio-threshold">
        {load === undefined ? (
          <span className="mm-dim">load not known</span>
        ) : (
          <LiveBar
            label={`Memory of ${name}`}
            used={share(load.memoryFree)}
            limit={share(minFreeMemory)}
            text={`${formatBytes(load.memoryFree)} free of ${formatBytes(total)}`}
          />
        )}
        <Override
          what={`memory of ${name}`}
          isOwn={own.minFreeMemory !== undefined}
          inherited={`as all hosts: ${formatBytes(minFreeMemory)}`}
          readOnly={readOnly}
          begin={() => set('minFreeMemory', minFreeMemory)}
          end={() => set('minFreeMemory', null)}
        />
        {own.minFreeMemory === undefined ? null : (
          <ThresholdSlider
            label={`Memory to keep free on ${name}, in GiB`}
            value={toGiB(own.minFreeMemory)}
            max={maxGiB}
            step={stepOf(maxGiB)}
            unit="GiB"
            isDisabled={readOnly}
            onChange={(value) => set('minFreeMemory', Math.round(value * GiB))}
          />
        )}
      </div>
      <div className="mm-prio-threshold">
        {load === undefined ? (
          <span className="mm-dim">load not known</span>
        ) : (
          <LiveBar
            label={`CPU of ${name}`}
            used={load.cpuPercent}
            limit={maxCpuPercent}
            text={`${formatPercent(load.cpuPercent)} in use`}
          />
        )}
        <Override
          what={`CPU of ${name}`}
          isOwn={own.maxCpuPercent !== undefined}
          inherited={`as all hosts: ${formatPercent(maxCpuPercent)}`}
          readOnly={readOnly}
          begin={() => set('maxCpuPercent', maxCpuPercent)}
          end={() => set('maxCpuPercent', null)}
        />
        {own.maxCpuPercent === undefined ? null : (
          <ThresholdSlider
            label={`Highest CPU use of ${name}, in percent`}
            value={own.maxCpuPercent}
            max={100}
            step={1}
            unit="%"
            isDisabled={readOnly}
            onChange={(value) => set('maxCpuPercent', value)}
          />
        )}
      </div>
    </>
  );
}

interface OverrideProps {
  what: string;
  isOwn: boolean;
  inherited: string;
  readOnly: boolean;
  begin: () => void;
  end: () => void;
}

function Override({ what, isOwn, inherited, readOnly, begin, end }: OverrideProps) {
  return (
    <span className="mm-prio-override">
      <span className="mm-dim">{isOwn ? 'its own:' : inherited}</span>
      {readOnly ? null : (
        <Button
          variant="link"
          isInline
          aria-label={`${isOwn ? 'As all hosts' : 'Set its own'}: ${what}`}
          onClick={isOwn ? end : begin}
        >
          {isOwn ? 'as all hosts' : 'set its own'}
        </Button>
      )}
    </span>
  );
}
