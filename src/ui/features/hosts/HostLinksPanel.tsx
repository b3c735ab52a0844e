import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { HeartbeatLink } from '../../../contract/clusterState.ts';
import { formatLatency } from '../../components/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';

export function HostLinksPanel({ links, live }: { links: HeartbeatLink[]; live: boolean }) {
  return (
    <Panel title="Heartbeat links">
      {links.length === 0 ? (
        <p className="mm-dim">Corosync tells of no links.</p>
      ) : (
        <Links links={links} live={live} />
      )}
    </Panel>
  );
}

function Links({ links, live }: { links: HeartbeatLink[]; live: boolean }) {
  return (
    <Table aria-label="Heartbeat links of this host" variant="compact">
      <Thead>
        <Tr>
          <Th>Link</Th>
          <Th>To</Th>
          <Th>State</Th>
          <Th>Average</Th>
          <Th>Worst</Th>
        </Tr>
      </Thead>
      <Tbody>
        {links.flatMap((link) =>
          link.peers.map((peer) => (
            <Tr key={`${link.link}-${peer.peer}`}>
              <Td dataLabel="Link">
                {link.link} <span className="mm-dim">from {link.localAddress}</span>
              </Td>
              <Td dataLabel="To">{peer.peer}</Td>
              <Td dataLabel="State">
                <Status tone={live ? (peer.connected ? 'ok' : 'error') : 'unknown'}>
                  {live ? '' : 'was '}
                  {peer.connected ? 'connected' : 'down'}
                </Status>
              </Td>
              <Td dataLabel="Average">
                {peer.latencyUs === undefined ? '–' : formatLatency(peer.latencyUs)}
              </Td>
              <Td dataLabel="Worst">
                {peer.latencyMaxUs === undefined ? '–' : formatLatency(peer.latencyMaxUs)}
              </Td>
            </Tr>
          )),
        )}
      </Tbody>
    </Table>
  );
}
