import { useMemo } from 'react';
import type { EmbeddedSite } from '../../../contract/embedded.ts';
import { Bounded } from '../../components/Bounded.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { FaultList } from './FaultList.tsx';
import { HostBreakage } from './HostBreakage.tsx';
import { useBreak } from './useBreak.ts';
import { VmBreakage } from './VmBreakage.tsx';

interface BreakPanelProps {
  site: EmbeddedSite;
  clusterId: string;
  /** False: nobody is there who would notice. */
  isDeployed: boolean;
}

/** Everything that can go wrong, at the press of a button. */
export function BreakPanel({ site, clusterId, isDeployed }: BreakPanelProps) {
  const breaking = useBreak();
  const hosts = useMemo(() => site.hosts.filter((host) => host.clusterId === clusterId), [site, clusterId]);
  const vms = useMemo(() => site.vms.filter((vm) => vm.clusterId === clusterId), [site, clusterId]);
  return (
    <section id="mm-break" className="mm-break" aria-label="Break it">
      <div>
        <h2>Hosts</h2>
        <Bounded rows={hosts.length} label="Embedded hosts">
          <ul className="mm-break-hosts">
            {hosts.map((host) => (
              <HostBreakage key={host.name} host={host} breaking={breaking} />
            ))}
          </ul>
        </Bounded>
      </div>
      <div>
        <h2>A VM</h2>
        <VmBreakage vms={vms} breaking={breaking} />
      </div>
      <div>
        <h2>Broken now</h2>
        <FaultList faults={site.faults} breaking={breaking} />
      </div>
      <div className="mm-break-outcome">
        {breaking.error === null ? null : <ErrorNotice error={breaking.error} />}
        <p role="status">{isDeployed ? breaking.watch : null}</p>
      </div>
    </section>
  );
}
