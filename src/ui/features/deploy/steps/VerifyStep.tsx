import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { Status } from '../../../components/Status.tsx';
import { useAction } from '../../../components/useAction.ts';
import { routeHref } from '../../../shell/routes.ts';
import { useCall, useConsole } from '../../../store/ConsoleContext.tsx';
import { selectClusters } from '../../../store/selectors/clusters.ts';
import { OperationView } from '../../operations/OperationView.tsx';
import { useDeploy, useDeployStore } from '../DeployContext.tsx';
import { restartWizard } from '../deployStore.ts';
import { FenceTestDialog } from '../FenceTestDialog.tsx';
import { FindingGroups } from '../FindingGroups.tsx';
import { StepFrame } from '../StepFrame.tsx';

/** The new cluster on the real hosts: what the check at the end of the deployment found, and the proof that is left. */
export function VerifyStep() {
  const call = useCall();
  const store = useDeployStore();
  const hostIds = useDeploy((state) => state.draft.hostIds);
  const runId = useDeploy((state) => state.runId);
  const cluster = useConsole(selectClusters).find(({ hosts }) =>
    hosts.some(({ host }) => host !== null && hostIds.includes(host.id)),
  );
  const [verifyId, setVerifyId] = useState<string | null>(null);
  const [testing, setTesting] = useState(false);
  const shownId = verifyId ?? runId;
  const operation = useConsole((state) => state.operations.find(({ id }) => id === shownId));
  const verify = useAction(async (clusterId: string) => {
    const { operationId } = await call('deploy.verify', { clusterId });
    setVerifyId(operationId);
  });
  const clusterId = cluster?.id ?? null;
  return (
    <StepFrame
      title="Verify"
      intro="The deployment ended with a look at the real hosts: links, quorum, quorum disks, a definition written and read back."
    >
      {cluster === undefined || clusterId === null ? (
        <Status tone="working">Waiting for the hosts to tell of their cluster</Status>
      ) : (
        <>
          <Status tone="ok">{cluster.name} is running. Its state is on its Overview, live.</Status>
          <div className="mm-bar">
            <Button
              variant="primary"
              component="a"
              href={routeHref({ screen: 'cluster', key: cluster.key, tab: 'overview' })}
              onClick={() => restartWizard(store)}
            >
              Open {cluster.name}
            </Button>
            <Button variant="secondary" isLoading={verify.pending} onClick={() => void verify.run(clusterId)}>
              Verify again
            </Button>
            <Button variant="secondary" onClick={() => setTesting(true)}>
              Test fencing
            </Button>
          </div>
          <p className="mm-dim">
            Fencing is proved only by a test, and takeover trusts in it. Test it before the cluster carries
            anything that matters.
          </p>
        </>
      )}
      {verify.error === null ? null : <ErrorNotice error={verify.error} />}
      {operation === undefined ? null : operation.findings.length > 0 ? (
        <FindingGroups findings={operation.findings} />
      ) : (
        <OperationView operation={operation} />
      )}
      {testing && cluster !== undefined && clusterId !== null ? (
        <FenceTestDialog cluster={cluster} clusterId={clusterId} close={() => setTesting(false)} />
      ) : null}
    </StepFrame>
  );
}
