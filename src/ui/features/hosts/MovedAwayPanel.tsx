import { Button, Checkbox } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useId, useState } from 'react';
import { Age } from '../../components/Age.tsx';
import { Bounded } from '../../components/Bounded.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { count } from '../../components/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import type { HostIdentity } from '../../store/selectors/hosts.ts';
import { useMaintenance } from './useMaintenance.ts';

interface MovedAwayPanelProps {
  host: HostIdentity;
  clusterKey: string;
  clusterId: string;
}

/** VMs of a host that run elsewhere since a takeover or a move, to be chosen and brought home live. */
export function MovedAwayPanel({ host, clusterKey, clusterId }: MovedAwayPanelProps) {
  const id = useId();
  const call = useCall();
  const away = useConsole((state) => state.sections.takeover[host.id]?.movedAway) ?? [];
  const moving = useConsole((state) => {
    const moves = state.sections.takeover[host.id]?.moves;
    return moves !== undefined && moves.endedAt === undefined;
  });
  const maintenance = useMaintenance(clusterKey, host.name);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = away.filter(({ uuid }) => !left.has(uuid)).map(({ uuid }) => uuid);
  const failback = useAction(() => call('failback.start', { clusterId, node: host.name, uuids: chosen }));
  if (away.length === 0) return null;
  const live = host.freshness === 'live';
  const obstacle = obstacleOf({ name: host.name, live, moving, maintenance });
  const choose = (uuid: string, isChosen: boolean) => {
    const next = new Set(left);
    if (isChosen) next.delete(uuid);
    else next.add(uuid);
    setLeft(next);
  };
  return (
    <Panel
      title="Its VMs that run elsewhere"
      summary={live ? null : <StaleBadge since={host.staleSince} />}
      actions={
        <Button
          variant="secondary"
          size="sm"
          isDisabled={obstacle !== null || chosen.length === 0 || failback.pending}
          isLoading={failback.pending}
          onClick={() => void failback.run()}
        >
          Move {count(chosen.length, 'VM')} home
        </Button>
      }
    >
      {failback.error === null ? null : <ErrorNotice error={failback.error} />}
      <p className="mm-dim">{obstacle ?? 'They are moved live, one after the other, without a break.'}</p>
      <Bounded rows={away.length} label="VMs that run elsewhere">
        <Table aria-label={`VMs of ${host.name} that run elsewhere`} variant="compact">
          <Thead>
            <Tr>
              <Th className="mm-narrow">
                <Checkbox
                  id={`${id}-all`}
                  aria-label="Choose all"
                  isChecked={chosen.length === away.length ? true : chosen.length === 0 ? false : null}
                  onChange={(_event, isChosen) =>
                    setLeft(new Set(isChosen ? [] : away.map(({ uuid }) => uuid)))
                  }
                />
              </Th>
              <Th>VM</Th>
              <Th>Runs on</Th>
              <Th>Since</Th>
            </Tr>
          </Thead>
          <Tbody>
            {away.map(({ uuid, name, to, at }) => (
              <Tr key={uuid}>
                <Td>
                  <Checkbox
                    id={`${id}-${uuid}`}
                    aria-label={`Choose ${name}`}
                    isChecked={!left.has(uuid)}
                    onChange={(_event, isChosen) => choose(uuid, isChosen)}
                  />
                </Td>
                <Td dataLabel="VM">{name}</Td>
                <Td dataLabel="Runs on">{to}</Td>
                <Td dataLabel="Since">
                  <Age at={at} />
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      </Bounded>
    </Panel>
  );
}

interface Circumstances {
  name: string;
  live: boolean;
  moving: boolean;
  maintenance: number | null;
}

/** Why VMs cannot be moved home just now. */
function obstacleOf({ name, live, moving, maintenance }: Circumstances): string | null {
  if (!live) return `They cannot be moved home while the console is not connected to ${name}.`;
  if (maintenance !== null) return `They can be moved home once ${name} has left maintenance.`;
  return moving ? 'Another move is under way; it has to end first.' : null;
}
