import { Alert, Bullseye, Spinner } from '@patternfly/react-core';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { FindingList } from '../../components/FindingLine.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { Status } from '../../components/Status.tsx';
import { routeHref } from '../../shell/routes.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { type FailoverState, selectFailovers } from '../../store/selectors/takeovers.ts';
import { DrillPanel } from './DrillPanel.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { kindMeaning, stateMeaning, statusOf, titleOf } from './failoverWords.ts';
import { RecordFacts } from './RecordFacts.tsx';
import { RecordTimeline } from './RecordTimeline.tsx';
import { RecordVmsPanel } from './RecordVmsPanel.tsx';
import { useRecord } from './useRecord.ts';

/** One failover from its beginning to its end, also while it goes on. */
export function RecordScreen({ cluster, id }: { cluster: Cluster; id: string }) {
  const summary = useConsole(selectFailovers)[cluster.key]?.find((known) => known.id === id) ?? null;
  const { record, error, load } = useRecord(cluster.id ?? cluster.key, id, summary);
  const told = record ?? summary;
  const state: FailoverState =
    summary?.state ?? (record?.times.ended === undefined ? 'interrupted' : 'ended');
  const status = summary === null ? null : statusOf(summary);
  return (
    <Screen
      title={told === null ? 'Failover' : titleOf(told)}
      context={
        <a href={routeHref({ screen: 'cluster', key: cluster.key, tab: 'history' })}>
          History of {cluster.name}
        </a>
      }
      status={status === null ? null : <Status tone={status.tone}>{status.word}</Status>}
      actions={record === null ? null : <ExportMenu record={record} clusterName={cluster.name} />}
    >
      {error === null ? null : (
        <ErrorNotice error={error} retry={{ label: 'Try again', run: () => void load() }} />
      )}
      {record === null && error === null ? (
        <Bullseye>
          <Spinner aria-label="The record is being fetched" />
        </Bullseye>
      ) : null}
      {record === null ? null : (
        <>
          {state === 'interrupted' ? (
            <Alert variant="warning" isInline component="p" title="This failover has not ended">
              {stateMeaning.interrupted}
            </Alert>
          ) : null}
          <p className="mm-dim">{kindMeaning[record.kind]}</p>
          <DrillPanel record={record} />
          <RecordFacts record={record} state={state} />
          <RecordTimeline record={record} />
          {record.findings.length === 0 ? null : (
            <Panel title="What was out of order">
              <FindingList findings={record.findings} />
            </Panel>
          )}
          <RecordVmsPanel record={record} isRunning={state === 'running'} />
        </>
      )}
    </Screen>
  );
}
