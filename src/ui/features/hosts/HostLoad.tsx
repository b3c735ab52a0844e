import { formatBytes } from '../../components/format.ts';
import { Meter } from '../../components/Meter.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';

/** CPU use of a host; reads only its load, so that a table of hosts is not drawn again for one figure. */
export function HostCpu({ hostId, name }: { hostId: string; name: string }) {
  const cpu = useConsole((state) => state.sections.load[hostId]?.cpuPercent);
  return cpu === undefined ? <Missing /> : <Meter value={cpu} label={`CPU use of ${name}`} />;
}

export function HostMemory({ hostId, name }: { hostId: string; name: string }) {
  const free = useConsole((state) => state.sections.load[hostId]?.memoryFree);
  const total = useConsole((state) => state.sections.load[hostId]?.memoryTotal);
  if (free === undefined || total === undefined || total === 0) return <Missing />;
  return (
    <Meter
      value={((total - free) / total) * 100}
      label={`Memory use of ${name}`}
      text={`${formatBytes(free)} free`}
      warnAt={92}
    />
  );
}

function Missing() {
  return <span className="mm-dim">unknown</span>;
}
