import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useId, useState } from 'react';
import { ConfirmByTyping } from '../../components/ConfirmByTyping.tsx';
import { count } from '../../components/format.ts';
import { navigate } from '../../shell/useRoute.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { isAlive, selectVmRows, vmRowsOf } from '../../store/selectors/vms.ts';

interface FenceTestDialogProps {
  cluster: Cluster;
  clusterId: string;
  close: () => void;
}

export function FenceTestDialog({ cluster, clusterId, close }: FenceTestDialogProps) {
  const id = useId();
  const call = useCall();
  const rows = vmRowsOf(useConsole(selectVmRows), cluster.key);
  const members = cluster.view.members.filter((member) => member.online);
  const running = (name: string) =>
    rows.filter((row) => isAlive(row.state) && row.runningOn.some((host) => host.name === name)).length;
  // The host with the least to lose is proposed.
  const [target, setTarget] = useState(
    members.toSorted((a, b) => running(a.name) - running(b.name))[0]?.name ?? '',
  );
  const test = async () => {
    const { operationId } = await call('deploy.fenceTest', { clusterId, target, confirm: target });
    navigate({ screen: 'activity', operationId });
  };
  return (
    <ConfirmByTyping
      title="Test fencing"
      expected={target}
      expectedIs="the name of the host to fence"
      action={`Fence ${target}`}
      perform={test}
      close={close}
    >
      <p>
        The cluster cuts the chosen host off as it would after a failure: <strong>it is reset at once</strong>
        , without a shutdown. Only this proves that a takeover would be safe.
      </p>
      <FormGroup label="Host to fence" fieldId={id}>
        <FormSelect id={id} value={target} onChange={(_event, value) => setTarget(value)}>
          {members.map(({ name }) => (
            <FormSelectOption
              key={name}
              value={name}
              label={`${name} (${count(running(name), 'running VM')})`}
            />
          ))}
        </FormSelect>
      </FormGroup>
      {running(target) === 0 ? null : (
        <p>
          <strong>{count(running(target), 'running VM')}</strong> on {target} will be cut off as by a power
          failure.
        </p>
      )}
    </ConfirmByTyping>
  );
}
