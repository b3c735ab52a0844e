// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MinimeError } from '../../../contract/errors.ts';
import type { VirtualIp } from '../../../contract/virtualIp.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { selectClusters } from '../../store/selectors/clusters.ts';
import { CLUSTER_ID } from '../../testing/fixtures/cluster.ts';
import { healthy } from '../../testing/fixtures/scenarios.ts';
import { renderConsole } from '../../testing/renderConsole.tsx';
import type { Handlers } from '../../testing/scriptedBridge.ts';
import { VirtualIpsPanel } from './VirtualIpsPanel.tsx';
import { readVirtualIp } from './virtualIpForm.ts';
import { virtualIpStatus } from './virtualIpStatus.ts';

vi.setConfig({ testTimeout: 60_000 });
afterEach(cleanup);

function Shown() {
  const [cluster] = useConsole(selectClusters);
  return cluster === undefined ? null : <VirtualIpsPanel cluster={cluster} />;
}

const open = async (handlers: Handlers = {}) =>
  await act(async () => renderConsole(<Shown />, healthy(), handlers));
const press = async (name: string, from = screen.getByRole('dialog')) =>
  await act(async () => fireEvent.click(within(from).getByRole('button', { name })));
const type = (label: RegExp, value: string) =>
  fireEvent.change(within(screen.getByRole('dialog')).getByLabelText(label), { target: { value } });

describe('virtual IPs on the overview', () => {
  it('show where each is', async () => {
    await open();
    const row = screen.getByRole('row', { name: /^web/ });
    expect(within(row).getByText('10.20.0.50/24')).toBeTruthy();
    expect(within(row).getByText('kvm3')).toBeTruthy();
  });

  it('are added with what was typed; bad input is told at its field and nothing is asked of the hosts', async () => {
    const { bridge } = await open({ 'virtualIp.add': () => ({}) });
    fireEvent.click(screen.getByRole('button', { name: 'Add virtual IP' }));
    type(/^Name/, 'Web Server');
    type(/^Address/, '10.20.0.60');
    await press('Add virtual IP');
    expect(screen.getByText(/Enter an address with the length of its network/)).toBeTruthy();
    type(/^Address/, '10.20.0.60/24');
    await press('Add virtual IP');
    expect(screen.getByText(/Use lower-case letters/)).toBeTruthy();
    type(/^Name/, 'files');
    expect(bridge.calls.map(({ name }) => name)).not.toContain('virtualIp.add');
    await press('Add virtual IP');
    expect(bridge.calls.at(-1)).toEqual({
      name: 'virtualIp.add',
      input: { clusterId: CLUSTER_ID, spec: { name: 'files', address: '10.20.0.60', prefixLength: 24 } },
    });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('keep what was typed if the hosts refuse it', async () => {
    await open({
      'virtualIp.add': () => {
        throw new MinimeError({ kind: 'conflict', message: 'Somebody answers at 10.20.0.60 already.' });
      },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Add virtual IP' }));
    type(/^Name/, 'files');
    type(/^Address/, '10.20.0.60/24');
    await press('Add virtual IP');
    expect(screen.getByText(/Somebody answers at 10.20.0.60/)).toBeTruthy();
    expect(within(screen.getByRole('dialog')).getByLabelText<HTMLInputElement>(/^Name/).value).toBe('files');
  });

  it('are moved to another host, and removed after a question', async () => {
    const { bridge } = await open({ 'virtualIp.move': () => ({}), 'virtualIp.remove': () => ({}) });
    fireEvent.click(screen.getByRole('button', { name: 'Move web' }));
    type(/^To/, 'kvm2');
    await press('Move');
    expect(bridge.calls.at(-1)).toEqual({
      name: 'virtualIp.move',
      input: { clusterId: CLUSTER_ID, name: 'web', host: 'kvm2' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Remove web' }));
    await press('Cancel');
    expect(bridge.calls.at(-1)?.name).toBe('virtualIp.move');
    fireEvent.click(screen.getByRole('button', { name: 'Remove web' }));
    await press('Remove');
    expect(bridge.calls.at(-1)).toEqual({
      name: 'virtualIp.remove',
      input: { clusterId: CLUSTER_ID, name: 'web' },
    });
  });
});

describe('a virtual IP', () => {
  const web: VirtualIp = { name: 'web', address: '10.0.0.5', prefixLength: 24, on: 'n1', state: 'started' };

  it.each([
    [{}, true, 'ok', 'n1'],
    [{ preferredHost: 'n2' }, true, 'info', 'n1, while n2 cannot have it'],
    [{ on: null, state: 'failed' as const }, true, 'error', 'failed'],
    [{ on: null, state: 'stopped' as const }, true, 'error', 'nowhere'],
    [{ on: null, state: 'unknown' as const }, true, 'unknown', 'unknown'],
    [{}, false, 'unknown', 'last known on n1'],
  ])('%o, told live: %s, is %s: %s', (more, live, tone, word) => {
    expect(virtualIpStatus({ ...web, ...more }, live)).toEqual({ tone, word });
  });

  it('of IPv6 is read too, and no IPv4 network has more than 32 bits', () => {
    const fields = { name: 'six', address: 'fd00::5/64', networkCard: ' vmbr0 ', preferredHost: 'n1' };
    expect(readVirtualIp(fields)).toEqual({
      value: { name: 'six', address: 'fd00::5', prefixLength: 64, networkCard: 'vmbr0', preferredHost: 'n1' },
    });
    expect(readVirtualIp({ ...fields, address: '10.0.0.5/33' })).toHaveProperty('problems.address');
    expect(readVirtualIp({ ...fields, address: '10.0.0.500/24' })).toHaveProperty('problems.address');
  });
});
