import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { TakeoverSection } from '../../../contract/hostState.ts';
import { Age, Since } from '../../components/Age.tsx';
import { Bounded } from '../../components/Bounded.tsx';
import { useNow } from '../../components/clock.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Meter } from '../../components/Meter.tsx';
import { Panel } from '../../components/Panel.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { Status } from '../../components/Status.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import type { HostIdentity } from '../../store/selectors/hosts.ts';
import { moveStateTone, moveStateWord, movesSummary, movesTitle } from './moveWords.ts';

type Moves = NonNullable<TakeoverSection['moves']>;

/** Moves that ended are shown for this long. */
const SHOWN_MS = 3_600_000;

/** The moves of VMs that a host carries out, or has just carried out: VM by VM, to be stopped. */
export function MovesPanel({ host, clusterId }: { host: HostIdentity; clusterId: string | null }) {
  const moves = useConsole((state) => state.sections.takeover[host.id]?.moves);
  const now = useNow();
  if (moves === undefined) return null;
  if (moves.endedAt !== undefined && now - moves.endedAt > SHOWN_MS) return null;
  return <Moves moves={moves} host={host} clusterId={clusterId} />;
}

interface MovesProps {
  moves: Moves;
  host: HostIdentity;
  clusterId: string | null;
}

function Moves({ moves, host, clusterId }: MovesProps) {
  const call = useCall();
  const cancel = useAction(async () => {
    if (clusterId !== null) await call('moves.cancel', { clusterId, node: host.name });
  });
  const live = host.freshness === 'live';
  const title = movesTitle(moves);
  const canCancel = moves.endedAt === undefined && !moves.cancelled && live && clusterId !== null;
  return (
    <Panel
      title={title}
      summary={
        <>
          <span>{movesSummary(moves)}</span>
          <span className="mm-dim">
            {moves.endedAt === undefined ? (
              <Since at={moves.startedAt} />
            ) : (
              <Age at={moves.endedAt} prefix="ended" />
            )}
          </span>
          {live ? null : <StaleBadge since={host.staleSince} />}
        </>
      }
      actions={
        canCancel ? (
          <Button variant="secondary" size="sm" isLoading={cancel.pending} onClick={() => void cancel.run()}>
            Stop moving
          </Button>
        ) : null
      }
    >
      {cancel.error === null ? null : <ErrorNotice error={cancel.error} />}
      <Bounded rows={moves.vms.length} label={title}>
        <Table aria-label={title} variant="compact">
          <Thead>
            <Tr>
              <Th>VM</Th>
              <Th>To</Th>
              <Th>State</Th>
            </Tr>
          </Thead>
          <Tbody>
            {moves.vms.map((vm) => (
              <MoveRow key={vm.uuid} vm={vm} ended={moves.endedAt !== undefined} />
            ))}
          </Tbody>
        </Table>
      </Bounded>
    </Panel>
  );
}

function MoveRow({ vm, ended }: { vm: Moves['vms'][number]; ended: boolean }) {
  const notMoved = ended && vm.state === 'waiting';
  return (
    <Tr>
      <Td dataLabel="VM">{vm.name}</Td>
      <Td dataLabel="To">{vm.to ?? <span className="mm-dim">–</span>}</Td>
      <Td dataLabel="State">
        <Status tone={notMoved ? 'off' : moveStateTone[vm.state]}>
          {notMoved ? 'not moved' : moveStateWord[vm.state]}
        </Status>
        {vm.state === 'moving' && vm.percent !== undefined ? (
          <span className="mm-after">
            <Meter value={vm.percent} warnAt={101} label={`Move of ${vm.name}`} />
          </span>
        ) : null}
        {vm.reason === undefined ? null : <div className="mm-because">{vm.reason}</div>}
      </Td>
    </Tr>
  );
}
