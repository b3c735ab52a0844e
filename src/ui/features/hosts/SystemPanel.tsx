import { Age } from '../../components/Age.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';

export function SystemPanel({ hostId }: { hostId: string }) {
  const system = useConsole((state) => state.sections.system[hostId]);
  if (system === undefined) {
    return (
      <Panel title="System">
        <p className="mm-dim">
          Unknown until the host program runs on this host. Deploy a cluster to put it there.
        </p>
      </Panel>
    );
  }
  return (
    <Panel title="System">
      <dl className="mm-pairs">
        <dt>Host name</dt>
        <dd>{system.hostname}</dd>
        <dt>Distribution</dt>
        <dd>{system.distribution.prettyName}</dd>
        <dt>Kernel</dt>
        <dd>{system.kernel}</dd>
        <dt>Hypervisor</dt>
        <dd>
          {system.hypervisor.reachable ? (
            (system.hypervisor.version ?? system.hypervisor.kind)
          ) : (
            <Status tone="error">{system.hypervisor.kind} does not answer</Status>
          )}
        </dd>
        <dt>Booted</dt>
        <dd>
          <Age at={system.bootedAt} />
        </dd>
        <dt>Machine id</dt>
        <dd className="mm-code">{system.machineId}</dd>
      </dl>
    </Panel>
  );
}
