// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MinimeError } from '../../../contract/errors.ts';
import { type FailoverRecord, summaryOf } from '../../../contract/failover.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { selectClusters } from '../../store/selectors/clusters.ts';
import { CLUSTER_ID } from '../../testing/fixtures/cluster.ts';
import {
  endedRecord,
  RECORD_ID,
  recovered,
  runningRecord,
  takeoverSection,
  takingOver,
} from '../../testing/fixtures/takeovers.ts';
import { renderConsole } from '../../testing/renderConsole.tsx';
import { RecordScreen } from './RecordScreen.tsx';

vi.setConfig({ testTimeout: 60_000 });
afterEach(cleanup);

function Shown() {
  const [cluster] = useConsole(selectClusters);
  return cluster === undefined ? null : <RecordScreen cluster={cluster} id={RECORD_ID} />;
}

const open = async (snapshot: ReturnType<typeof recovered>, answer: () => FailoverRecord) =>
  await act(async () => renderConsole(<Shown />, snapshot, { 'history.get': () => ({ record: answer() }) }));

describe('the record of a failover', () => {
  it('shows for each VM what was planned, what came of it, and why', async () => {
    await open(recovered(), endedRecord);
    const row = screen.getByRole('row', { name: /monitoring/ });
    expect(within(row).getByText('not as planned')).toBeTruthy();
    await act(async () => fireEvent.click(within(row).getByRole('button')));
    expect(screen.getByText('Cannot get interface MTU on br-lan: No such device')).toBeTruthy();
    expect(screen.getByText(/possible, it would be at 71.4 %/)).toBeTruthy();
  });

  it('tells why nobody has it, and tries again when asked', async () => {
    let known = false;
    await open(recovered(), () => {
      if (known) return endedRecord();
      throw new MinimeError({ kind: 'unreachable', message: 'No host of prod-a is connected.' });
    });
    expect(screen.getByText('No host of prod-a is connected.')).toBeTruthy();
    known = true;
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Try again' })));
    expect(screen.getByRole('region', { name: 'Timeline' })).toBeTruthy();
  });

  it('follows one that goes on, to its end', async () => {
    let record = runningRecord();
    const { bridge } = await open(takingOver(), () => record);
    expect(screen.getByText('Going on')).toBeTruthy();
    expect(screen.getByText('starting on kvm2')).toBeTruthy();
    record = endedRecord();
    const at = 0;
    await act(async () => {
      const history = { failovers: [summaryOf(record)], carriedOn: [], events: [] };
      bridge.emit('host.section', { hostId: 'kvm1', section: 'history', at, data: history });
      bridge.emit('host.section', { hostId: 'kvm1', section: 'takeover', at, data: takeoverSection() });
    });
    expect(screen.getByText('Ended, not all run')).toBeTruthy();
    expect(screen.queryByText('starting on kvm2')).toBeNull();
    expect(bridge.calls.filter(({ name }) => name === 'history.get').at(-1)?.input).toEqual({
      clusterId: CLUSTER_ID,
      id: RECORD_ID,
    });
  });
});
