import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import type { VirtualIp } from '../../../contract/virtualIp.ts';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { AddVirtualIpDialog } from './AddVirtualIpDialog.tsx';
import { MoveVirtualIpDialog } from './MoveVirtualIpDialog.tsx';
import { RemoveVirtualIpDialog } from './RemoveVirtualIpDialog.tsx';
import { virtualIpStatus } from './virtualIpStatus.ts';

type Open = { kind: 'add' } | { kind: 'move' | 'remove'; virtualIp: VirtualIp } | null;

/** Service addresses that live on one host of the cluster. */
export function VirtualIpsPanel({ cluster }: { cluster: Cluster }) {
  const [open, setOpen] = useState<Open>(null);
  const virtualIps = cluster.view.virtualIps ?? [];
  const live = cluster.viewFrom.freshness === 'live';
  const { id } = cluster;
  // A cluster that Minime did not deploy is only looked at.
  const changeable = id !== null && live && cluster.view.quorate;
  const close = () => setOpen(null);
  return (
    <Panel
      title="Virtual IPs"
      actions={
        <Button
          variant="secondary"
          size="sm"
          isDisabled={!changeable}
          onClick={() => setOpen({ kind: 'add' })}
        >
          Add virtual IP
        </Button>
      }
    >
      {virtualIps.length === 0 ? (
        <p className="mm-dim">
          None. A virtual IP is an address that always leads to a living host of this cluster, say for the
          storage or a web interface that runs on the hosts themselves.
        </p>
      ) : (
        <Table aria-label={`Virtual IPs of ${cluster.name}`} variant="compact">
          <Thead>
            <Tr>
              <Th>Name</Th>
              <Th>Address</Th>
              <Th>On</Th>
              <Th screenReaderText="Actions" />
            </Tr>
          </Thead>
          <Tbody>
            {virtualIps.map((virtualIp) => (
              <Line
                key={virtualIp.name}
                virtualIp={virtualIp}
                live={live}
                changeable={changeable}
                open={(kind) => setOpen({ kind, virtualIp })}
              />
            ))}
          </Tbody>
        </Table>
      )}
      {open?.kind === 'add' && id !== null ? (
        <AddVirtualIpDialog clusterId={id} hosts={hostsOf(cluster)} close={close} />
      ) : null}
      {open?.kind === 'move' && id !== null ? (
        <MoveVirtualIpDialog
          clusterId={id}
          virtualIp={open.virtualIp}
          hosts={hostsOf(cluster)}
          close={close}
        />
      ) : null}
      {open?.kind === 'remove' && id !== null ? (
        <RemoveVirtualIpDialog clusterId={id} virtualIp={open.virtualIp} close={close} />
      ) : null}
    </Panel>
  );
}

interface LineProps {
  virtualIp: VirtualIp;
  live: boolean;
  changeable: boolean;
  open: (kind: 'move' | 'remove') => void;
}

function Line({ virtualIp, live, changeable, open }: LineProps) {
  const { name, address, prefixLength, networkCard, failure } = virtualIp;
  const { tone, word } = virtualIpStatus(virtualIp, live);
  return (
    <Tr className={live ? '' : 'mm-stale'}>
      <Td dataLabel="Name">{name}</Td>
      <Td dataLabel="Address">
        {address}/{prefixLength}
        {networkCard === undefined ? null : <div className="mm-dim">on {networkCard}</div>}
      </Td>
      <Td dataLabel="On">
        <Status tone={tone}>{word}</Status>
        {failure === undefined ? null : <div className="mm-dim">{failure}</div>}
      </Td>
      <Td dataLabel="Actions" modifier="fitContent">
        <div className="mm-cell-actions">
          <Button
            variant="link"
            isInline
            isDisabled={!changeable}
            aria-label={`Move ${name}`}
            onClick={() => open('move')}
          >
            Move
          </Button>
          <Button
            variant="link"
            isInline
            isDanger
            isDisabled={!changeable}
            aria-label={`Remove ${name}`}
            onClick={() => open('remove')}
          >
            Remove
          </Button>
        </div>
      </Td>
    </Tr>
  );
}

const hostsOf = ({ hosts }: Cluster): string[] =>
  hosts.filter(({ member }) => member !== null).map(({ name }) => name);
