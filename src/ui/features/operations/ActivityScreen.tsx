import { Button } from '@patternfly/react-core';
import { ListIcon } from '@patternfly/react-icons';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { Operation } from '../../../contract/operation.ts';
import { Age } from '../../components/Age.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { formatSpan } from '../../components/format.ts';
import { Nothing } from '../../components/Nothing.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { Status } from '../../components/Status.tsx';
import { useAction } from '../../components/useAction.ts';
import { routeHref } from '../../shell/routes.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import { OperationView } from './OperationView.tsx';
import { isEnded, operationTone, operationWord } from './progress.ts';

/** Everything that Minime does or lately did; one of them in full. */
export function ActivityScreen({ operationId }: { operationId: string | null }) {
  const operations = useConsole((state) => state.operations);
  const chosen = operations.find(({ id }) => id === operationId) ?? null;
  return (
    <Screen title="Activity">
      {operations.length === 0 ? (
        <Nothing
          title="Nothing has been done yet"
          icon={ListIcon}
          actions={
            <Button variant="link" component="a" href={routeHref({ screen: 'deploy' })}>
              Deploy a cluster
            </Button>
          }
        >
          Deployments, checks and syncs appear here while they run and after they end. They go on when this
          window is closed and opened again.
        </Nothing>
      ) : (
        <div className="mm-panel mm-scroll-x">
          <Table aria-label="Operations" variant="compact">
            <Thead>
              <Tr>
                <Th>Operation</Th>
                <Th>State</Th>
                <Th>Started</Th>
                <Th>Took</Th>
                <Th screenReaderText="Actions" />
              </Tr>
            </Thead>
            <Tbody>
              {operations.map((operation) => (
                <OperationRow
                  key={operation.id}
                  operation={operation}
                  isChosen={operation.id === chosen?.id}
                />
              ))}
            </Tbody>
          </Table>
        </div>
      )}
      {chosen === null ? null : (
        <Panel title={chosen.title}>
          <OperationView operation={chosen} />
        </Panel>
      )}
    </Screen>
  );
}

function OperationRow({ operation, isChosen }: { operation: Operation; isChosen: boolean }) {
  const call = useCall();
  const { run, pending, error } = useAction(() => call('operations.dismiss', { operationId: operation.id }));
  return (
    <Tr className={isChosen ? 'mm-chosen' : ''}>
      <Td dataLabel="Operation">
        <a
          href={routeHref({ screen: 'activity', operationId: operation.id })}
          aria-current={isChosen ? 'true' : undefined}
        >
          {operation.title}
        </a>
      </Td>
      <Td dataLabel="State">
        <Status tone={operationTone[operation.state]}>{operationWord[operation.state]}</Status>
        {operation.error === undefined ? null : <div className="mm-dim">{operation.error.message}</div>}
      </Td>
      <Td dataLabel="Started">
        <Age at={operation.startedAt} />
      </Td>
      <Td dataLabel="Took">
        {operation.endedAt === undefined ? '' : formatSpan(operation.endedAt - operation.startedAt)}
      </Td>
      <Td>
        {isEnded(operation) ? (
          <Button
            variant="link"
            isInline
            isDisabled={pending}
            onClick={() => void run()}
            aria-label={`Dismiss ${operation.title}`}
          >
            Dismiss
          </Button>
        ) : null}
        {error === null ? null : <ErrorNotice error={error} />}
      </Td>
    </Tr>
  );
}
