// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../../contract/consoleApi.ts';
import { MinimeError } from '../../../contract/errors.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { selectClusters } from '../../store/selectors/clusters.ts';
import { CLUSTER_ID } from '../../testing/fixtures/cluster.ts';
import { healthy, troubled } from '../../testing/fixtures/scenarios.ts';
import {
  RECORD_ID,
  readinessOf,
  recovered,
  takeoverSection,
  takingOver,
  unfenced,
} from '../../testing/fixtures/takeovers.ts';
import { moveToNow } from '../../testing/harness/moveToNow.ts';
import { renderConsole } from '../../testing/renderConsole.tsx';
import type { Handlers } from '../../testing/scriptedBridge.ts';
import { failureOutcome } from './failureOutcome.ts';
import { OverviewScreen } from './OverviewScreen.tsx';

vi.setConfig({ testTimeout: 60_000 });
afterEach(cleanup);

function Shown() {
  const [cluster] = useConsole(selectClusters);
  return cluster === undefined ? null : <OverviewScreen cluster={cluster} />;
}

const open = async (snapshot: Snapshot, handlers: Handlers = {}) =>
  await act(async () => renderConsole(<Shown />, snapshot, handlers));

describe('while VMs wait for fencing', () => {
  it('says so above everything else, and takes the word of the admin only with the name typed', async () => {
    const { bridge } = await open(unfenced(), { 'takeover.confirmFenced': () => ({}) });
    expect(screen.getByText(/fencing it has failed: its VMs stay down/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: /I have made certain that kvm3 is off/ }));
    const dialog = screen.getByRole('dialog');
    const confirm = within(dialog).getByRole<HTMLButtonElement>('button', { name: /^kvm3 is off/ });
    const name = within(dialog).getByLabelText(/to confirm$/);
    fireEvent.change(name, { target: { value: 'kvm2' } });
    expect(confirm.disabled).toBe(true);
    fireEvent.change(name, { target: { value: 'kvm3' } });
    await act(async () => fireEvent.click(confirm));
    expect(bridge.calls.at(-1)).toEqual({
      name: 'takeover.confirmFenced',
      input: { clusterId: CLUSTER_ID, target: 'kvm3', confirm: 'kvm3' },
    });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('keeps the dialog with the reason if the cluster refuses', async () => {
    await open(unfenced(), {
      'takeover.confirmFenced': () => {
        throw new MinimeError({
          kind: 'conflict',
          message: 'kvm3 is alive, so it was not taken for fenced.',
        });
      },
    });
    fireEvent.click(screen.getByRole('button', { name: /I have made certain/ }));
    const dialog = screen.getByRole('dialog');
    fireEvent.change(within(dialog).getByLabelText(/to confirm$/), { target: { value: 'kvm3' } });
    await act(async () => fireEvent.click(within(dialog).getByRole('button', { name: /^kvm3 is off/ })));
    expect(within(dialog).getByText(/kvm3 is alive/)).toBeTruthy();
  });
});

describe('the sync of a host', () => {
  it('tells how old the last complete one is, that one goes on, and why the last one failed', async () => {
    await open(moveToNow(troubled()));
    const disks = within(screen.getByRole('grid', { name: 'Quorum disks of prod-a' }));
    const row = within(disks.getByRole('row', { name: /^kvm2/ }));
    expect(row.getByText(/^47 min ago$/)).toBeTruthy();
    expect(row.getByText(/^running now,$/)).toBeTruthy();
    expect(row.getByText(/failed/)).toBeTruthy();
    expect(row.getByText('The quorum disk of kvm2 is read-only: web-1 was not saved.')).toBeTruthy();
    const healthyRow = within(disks.getByRole('row', { name: /^kvm1/ }));
    expect(healthyRow.queryByText(/running now|failed/)).toBeNull();
    const wrong = within(screen.getByRole('region', { name: 'What is wrong right now' }));
    expect(wrong.getAllByText(/was not saved\. The same for 1 more/)).toHaveLength(1);
  });

  it('is not shown as going on while the host is out of touch', async () => {
    const snapshot = troubled();
    const [, second] = snapshot.hosts;
    if (second !== undefined) second.connection = { ...second.connection, state: 'reconnecting' };
    await open(snapshot);
    expect(screen.queryByText(/running now/)).toBeNull();
  });
});

describe('a takeover that goes on', () => {
  it('is told with its counts and leads to its record', async () => {
    await open(takingOver());
    expect(screen.getByText(/Takeover of kvm3 goes on: 2 of 6 VMs running/)).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Watch it' }).getAttribute('href')).toContain(RECORD_ID);
  });
});

describe('if a host failed now', () => {
  it('says which VMs would stay down, with the reason of every host', async () => {
    await open(recovered());
    const panel = screen.getByRole('region', { name: 'If a host failed now' });
    expect(within(panel).getByText(/2 VMs would run again/)).toBeTruthy();
    expect(within(panel).getByText(/1 of 2 VMs would stay down: erp-db/)).toBeTruthy();
    expect(within(panel).queryByText(/1.2 GiB free would remain/)).toBeNull();
    fireEvent.click(
      within(panel).getByRole('button', { name: 'Show why VMs would stay down if kvm1 failed' }),
    );
    expect(within(panel).getByText('kvm1: 1.2 GiB free would remain, the threshold is 2 GiB')).toBeTruthy();
    expect(screen.getByText('Not every VM could be restarted if kvm1 failed now')).toBeTruthy();
  });

  it('does not vouch for what it does not know', async () => {
    const hosts = readinessOf().hosts.slice(0, 2);
    await open({ ...healthy(), readiness: [{ ...readinessOf(), hosts }] });
    const panel = screen.getByRole('region', { name: 'If a host failed now' });
    expect(within(panel).getByText(/not known what runs on it/)).toBeTruthy();
  });

  it('says in words that a search ended undecided, and that a rule wants it so', () => {
    const plan = readinessOf().hosts[0]?.plan;
    if (plan === undefined) throw new Error('no plan');
    const down = plan.vms.filter((vm) => vm.outcome === 'stays-down');
    const undecided = down.map((vm) => ({ ...vm, cause: 'undecided' as const }));
    expect(failureOutcome({ ...plan, vms: undecided })).toMatchObject({
      tone: 'warning',
      text: '1 of 1 VM would stay down: erp-db; for 1 of them the search ended undecided after 12 steps',
    });
    const ruled = down.map((vm) => ({ ...vm, cause: 'rule' as const }));
    expect(failureOutcome({ ...plan, vms: ruled })).toMatchObject({
      tone: 'ok',
      text: 'nothing would be restarted (1 left down by rule)',
    });
    const over = {
      outcome: 'start' as const,
      host: 'kvm2',
      position: 1,
      overCpu: { percentAfter: 104, threshold: 90 },
    };
    const slow = down.map(({ uuid, name, home, tier }) => ({ uuid, name, home, tier, refused: [], ...over }));
    expect(failureOutcome({ ...plan, vms: slow })).toMatchObject({
      tone: 'warning',
      text: '1 VM would run again; 1 of them over the CPU threshold: kvm2 would use about 100 %, the threshold is 90 %',
    });
    expect(failureOutcome({ ...plan, vms: [] })).toMatchObject({ tone: 'off', text: 'no VM runs on it' });
  });
});

describe('what hosts find out of order in the policy and in takeovers', () => {
  it('is told once, whoever reports it', async () => {
    const snapshot = healthy();
    const problem = {
      id: 'fencing-never-tested',
      severity: 'warning' as const,
      title: 'Fencing was never tested.',
    };
    const waits = {
      id: 'takeover-peer-silent',
      severity: 'warning' as const,
      host: 'kvm2',
      title: 'kvm2 was not asked.',
    };
    for (const { sections } of snapshot.hosts) {
      sections.policy = { policy: null, maintenance: {}, problems: [problem] };
      sections.takeover = takeoverSection({ problems: [waits] });
    }
    await open(snapshot);
    expect(screen.getAllByText('Fencing was never tested')).toHaveLength(1);
    expect(screen.getAllByText('kvm2 was not asked')).toHaveLength(1);
  });
});
