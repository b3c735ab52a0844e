import { formatPercent } from '../../components/format.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';

/** CPU use of a VM in percent of one core; wakes only for its own figure. */
export function VmCpu({ hostId, uuid }: { hostId: string; uuid: string }) {
  const cpu = useConsole((state) => state.sections.load[hostId]?.vms[uuid]?.cpuPercent);
  return cpu === undefined ? <span className="mm-dim">–</span> : <>{formatPercent(cpu)}</>;
}
