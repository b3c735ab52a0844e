import { Button, FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useId, useState } from 'react';
import type { RehearsedFailure } from '../../../contract/consoleApi.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { count } from '../../components/format.ts';
import { Nothing } from '../../components/Nothing.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { isAlive, selectVmRows, vmRowsOf } from '../../store/selectors/vms.ts';
import { DrillDialog } from './DrillDialog.tsx';
import { RehearsalResult } from './RehearsalResult.tsx';

/** What would happen if a host failed: gone through on the real cluster, or brought about. */
export function DrillScreen({ cluster }: { cluster: Cluster }) {
  return (
    <Screen title={`Fire drill of ${cluster.name}`} context="Cluster">
      {cluster.id === null ? (
        <Nothing title="This cluster was not deployed by Minime">
          Its hosts have no program that could take a host over.
        </Nothing>
      ) : cluster.viewFrom.freshness !== 'live' || !cluster.view.quorate ? (
        <Nothing title="No host that holds quorum can be asked">
          A drill needs a cluster that works. Connect to a host of the part that has quorum.
        </Nothing>
      ) : (
        <Drill cluster={cluster} clusterId={cluster.id} />
      )}
    </Screen>
  );
}

function Drill({ cluster, clusterId }: { cluster: Cluster; clusterId: string }) {
  const id = useId();
  const call = useCall();
  const rows = vmRowsOf(useConsole(selectVmRows), cluster.key);
  const members = cluster.view.members.filter((member) => member.online);
  const running = (name: string) =>
    rows.filter((row) => isAlive(row.state) && row.runningOn.some((host) => host.name === name)).length;
  const [chosen, setChosen] = useState<string | null>(null);
  const target = members.some(({ name }) => name === chosen) ? (chosen ?? '') : (members[0]?.name ?? '');
  const [result, setResult] = useState<RehearsedFailure | null>(null);
  const [confirming, setConfirming] = useState(false);
  const { run, pending, error, clear } = useAction(async () => {
    setResult(null);
    setResult(await call('drill.rehearse', { clusterId, target }));
  });
  const shown = result?.rehearsal.target === target ? result : null;
  return (
    <>
      <Panel title="Host that fails">
        <div className="mm-bar mm-bar-fields">
          <FormGroup label="Host" fieldId={id}>
            <FormSelect
              id={id}
              className="mm-filter"
              value={target}
              isDisabled={pending}
              onChange={(_event, value) => {
                setChosen(value);
                clear();
              }}
            >
              {members.map(({ name }) => (
                <FormSelectOption
                  key={name}
                  value={name}
                  label={`${name} (${count(running(name), 'running VM')})`}
                />
              ))}
            </FormSelect>
          </FormGroup>
          <Button isDisabled={pending || target === ''} isLoading={pending} onClick={() => void run()}>
            Dry run
          </Button>
          <Button
            variant="danger"
            isDisabled={pending || target === '' || members.length < 2}
            onClick={() => setConfirming(true)}
          >
            Real drill…
          </Button>
        </div>
        <p className="mm-dim">
          A dry run does all that a takeover does on the real cluster, short of fencing the host and starting
          a VM: nothing changes. A real drill fences the host, and its VMs start again on the others.
        </p>
      </Panel>
      {error === null ? null : <ErrorNotice error={error} />}
      <div role="status" className="mm-stack">
        {pending ? (
          'The hosts are asked, the quorum disk is read, and each VM is checked by the host that would get it…'
        ) : shown === null ? null : (
          <RehearsalResult result={shown} />
        )}
      </div>
      {confirming ? (
        <DrillDialog
          clusterId={clusterId}
          target={target}
          vms={running(target)}
          close={() => setConfirming(false)}
        />
      ) : null}
    </>
  );
}
