import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import type { TestDelivery } from '../../../contract/consoleApi.ts';
import type { Delivery } from '../../../contract/notifications.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall } from '../../store/ConsoleContext.tsx';

/** `why`: why no test can be sent now. */
export function TestPanel({ clusterId, why }: { clusterId: string; why: string | null }) {
  const call = useCall();
  const [hosts, setHosts] = useState<TestDelivery[] | null>(null);
  const { run, pending, error } = useAction(async () => {
    setHosts(null);
    setHosts((await call('notifications.test', { clusterId })).hosts);
  });
  return (
    <Panel
      title="Test"
      summary={why ?? 'Each connected host sends one message: any of them may have to.'}
      actions={
        <Button
          variant="secondary"
          isDisabled={why !== null || pending}
          isLoading={pending}
          onClick={() => void run()}
        >
          Send test
        </Button>
      }
    >
      {error === null ? null : <ErrorNotice error={error} />}
      <div role="status">
        {pending ? 'The hosts are sending…' : hosts === null ? null : <Results hosts={hosts} />}
      </div>
    </Panel>
  );
}

const Results = ({ hosts }: { hosts: TestDelivery[] }) => (
  <Table aria-label="What became of the test messages" variant="compact">
    <Thead>
      <Tr>
        <Th>Host</Th>
        <Th>E-mail</Th>
        <Th>Webhook</Th>
      </Tr>
    </Thead>
    <Tbody>
      {hosts.map(({ host, deliveries, error }) => (
        <Tr key={host}>
          <Td dataLabel="Host">{host}</Td>
          {deliveries === undefined ? (
            <Td colSpan={2}>
              <Status tone="error">{error?.message ?? 'It did not answer.'}</Status>
            </Td>
          ) : (
            <>
              <Td dataLabel="E-mail">
                <Outcome delivery={deliveries.email} sent="Taken by its mail system" />
              </Td>
              <Td dataLabel="Webhook">
                <Outcome delivery={deliveries.webhook} sent="Taken" />
              </Td>
            </>
          )}
        </Tr>
      ))}
    </Tbody>
  </Table>
);

function Outcome({ delivery, sent }: { delivery: Delivery; sent: string }) {
  switch (delivery.state) {
    case 'off':
      return <span className="mm-dim">not set</span>;
    case 'sent':
      return <Status tone="ok">{sent}</Status>;
    case 'failed':
      return <Status tone="error">{delivery.reason}</Status>;
  }
}
