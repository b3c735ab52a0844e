import type { QuorumDisksSection } from '../../../contract/hostState.ts';
import { formatPart } from '../../components/format.ts';
import { Meter } from '../../components/Meter.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';
import { SyncState } from '../../components/SyncState.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { HostIdentity } from '../../store/selectors/hosts.ts';

/** The quorum disks that this host has mounted: its own, and those of hosts it took over from. */
export function HostQuorumDisks({ host }: { host: HostIdentity }) {
  const section = useConsole((state) => state.sections.quorumDisks[host.id]);
  const disks = section?.disks ?? [];
  // What went on when the host was last heard of is no news.
  const sync = host.freshness === 'live' ? (section?.sync ?? null) : null;
  return (
    <Panel title="Quorum disks mounted here">
      {disks.length === 0 ? (
        <Status tone={host.freshness === 'live' ? 'error' : 'unknown'}>
          None. Its VMs are not saved anywhere.
        </Status>
      ) : (
        disks.map((disk) => (
          <Disk key={disk.home} disk={disk} host={host} sync={disk.home === host.name ? sync : null} />
        ))
      )}
    </Panel>
  );
}

interface DiskProps {
  disk: QuorumDisksSection['disks'][number];
  host: HostIdentity;
  sync: QuorumDisksSection['sync'] | null;
}

function Disk({ disk, host, sync }: DiskProps) {
  const live = host.freshness === 'live';
  const current = disk.definitions.filter((definition) => definition.state === 'current').length;
  const share = disk.size === 0 ? 0 : (disk.used / disk.size) * 100;
  return (
    <dl className="mm-pairs">
      <dt>Home</dt>
      <dd>
        {disk.home === host.name ? (
          `${disk.home} (its own)`
        ) : (
          <Status tone="warning">{disk.home}, taken over</Status>
        )}
      </dd>
      <dt>Source</dt>
      <dd className="mm-code">{disk.source}</dd>
      <dt>Used</dt>
      <dd>
        <Meter
          value={share}
          label={`Use of the quorum disk of ${disk.home}`}
          text={formatPart(disk.used, disk.size)}
        />
      </dd>
      <dt>Mode</dt>
      <dd>{disk.readOnly ? <Status tone="error">read-only</Status> : 'read and write'}</dd>
      <dt>Last sync</dt>
      <dd>
        <SyncState completeAt={disk.lastSyncAt} sync={sync} />
      </dd>
      <dt>Definitions</dt>
      <dd>
        <Status tone={live ? (current === disk.definitions.length ? 'ok' : 'warning') : 'unknown'}>
          {current} of {disk.definitions.length} current
        </Status>
      </dd>
    </dl>
  );
}
