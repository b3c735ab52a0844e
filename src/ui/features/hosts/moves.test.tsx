// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../../contract/consoleApi.ts';
import { MinimeError } from '../../../contract/errors.ts';
import { CLUSTER_ID } from '../../testing/fixtures/cluster.ts';
import { T0 } from '../../testing/fixtures/hosts.ts';
import { healthy } from '../../testing/fixtures/scenarios.ts';
import { recovered, takeoverSection } from '../../testing/fixtures/takeovers.ts';
import { renderConsole } from '../../testing/renderConsole.tsx';
import type { Handlers } from '../../testing/scriptedBridge.ts';
import { HostScreen } from './HostScreen.tsx';
import { movesSummary, movesTitle } from './moveWords.ts';

vi.setConfig({ testTimeout: 60_000 });
afterEach(cleanup);

const open = async (hostId: string, snapshot: Snapshot, handlers: Handlers = {}) =>
  await act(async () =>
    renderConsole(<HostScreen hostId={hostId} />, snapshot, {
      'hosts.loadHistory': () => ({ samples: [] }),
      ...handlers,
    }),
  );
const press = async (button: HTMLElement) => await act(async () => fireEvent.click(button));

describe('VMs that run elsewhere', () => {
  it('are moved home as chosen', async () => {
    const { bridge } = await open('kvm3', recovered(), { 'failback.start': () => ({}) });
    await press(screen.getByRole('checkbox', { name: 'Choose files' }));
    await press(screen.getByRole('button', { name: 'Move 1 VM home' }));
    expect(bridge.calls.at(-1)).toEqual({
      name: 'failback.start',
      input: { clusterId: CLUSTER_ID, node: 'kvm3', uuids: ['uuid-monitoring'] },
    });
  });

  it('cannot come home to a host in maintenance', async () => {
    const snapshot = recovered();
    const [, second] = snapshot.hosts;
    if (second === undefined) throw new Error('no host');
    const movedAway = [{ uuid: 'uuid-web-1', name: 'web-1', to: 'kvm1', at: T0 }];
    second.sections.takeover = takeoverSection({ movedAway });
    await open('kvm2', snapshot);
    expect(screen.getByText(/once kvm2 has left maintenance/)).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Move 1 VM home' }).disabled).toBe(true);
  });
});

describe('maintenance', () => {
  it('says before what is moved and what cannot be', async () => {
    const { bridge } = await open('kvm2', healthy(), { 'maintenance.enter': () => ({}) });
    await press(screen.getByRole('button', { name: 'Enter maintenance' }));
    const dialog = screen.getByRole('dialog');
    expect(within(dialog).getByText(/its 4 running VMs are moved/)).toBeTruthy();
    expect(within(dialog).getByText('1 VM cannot be moved: gpu-render.')).toBeTruthy();
    await press(within(dialog).getByRole('button', { name: 'Enter maintenance' }));
    expect(bridge.calls.at(-1)).toEqual({
      name: 'maintenance.enter',
      input: { clusterId: CLUSTER_ID, node: 'kvm2' },
    });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is left, and says what the host refuses', async () => {
    await open('kvm2', recovered(), {
      'maintenance.leave': () => {
        throw new MinimeError({ kind: 'busy', message: 'VMs are being moved.' });
      },
    });
    await press(screen.getByRole('button', { name: 'Leave maintenance' }));
    const dialog = screen.getByRole('dialog');
    await press(within(dialog).getByRole('button', { name: 'Leave maintenance' }));
    expect(within(dialog).getByText('VMs are being moved.')).toBeTruthy();
  });
});

describe('moves under way', () => {
  const moves = {
    reason: 'failback' as const,
    startedAt: T0,
    cancelled: false,
    vms: [
      { uuid: 'a', name: 'a', state: 'moved' as const },
      { uuid: 'b', name: 'b', state: 'failed' as const },
    ],
  };

  it('can be stopped', async () => {
    const { bridge } = await open('kvm2', recovered(), { 'moves.cancel': () => ({}) });
    expect(screen.getByText('1 of 4 moved, 1 stays')).toBeTruthy();
    expect(screen.getByRole('meter', { name: 'Move of web-2' }).getAttribute('aria-valuenow')).toBe('62');
    await press(screen.getByRole('button', { name: 'Stop moving' }));
    expect(bridge.calls.at(-1)?.name).toBe('moves.cancel');
  });

  it('are told in words', () => {
    expect(movesTitle(moves)).toBe('Moving VMs home');
    expect(movesTitle({ ...moves, cancelled: true })).toBe('Moving VMs home (stopping)');
    expect(movesSummary({ ...moves, cancelled: true, endedAt: T0 })).toBe(
      '1 of 2 moved, 1 failed, stopped by hand',
    );
  });
});
