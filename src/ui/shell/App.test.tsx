// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../contract/consoleApi.ts';
import { MinimeError } from '../../contract/errors.ts';
import { createConsoleClient } from '../store/consoleClient.ts';
import { CLUSTER_ID } from '../testing/fixtures/cluster.ts';
import { bare, empty, healthy, hostDown, prompting, troubled } from '../testing/fixtures/scenarios.ts';
import { type Handlers, ScriptedBridge } from '../testing/scriptedBridge.ts';
import { App } from './App.tsx';

async function open(snapshot: Snapshot, hash: string, handlers: Handlers = {}): Promise<ScriptedBridge> {
  window.location.hash = hash;
  const bridge = new ScriptedBridge(snapshot, handlers);
  const client = createConsoleClient(bridge);
  await act(async () => {
    render(<App client={client} />);
  });
  return bridge;
}

// Finding things by their roles is slow on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => window.sessionStorage.clear());
afterEach(cleanup);

const overview = `#/clusters/${CLUSTER_ID}/overview`;

describe('the console', () => {
  it('says what to do when there is no host', async () => {
    await open(empty(), '#/');
    expect(screen.getByRole('button', { name: 'Add your first host' })).toBeTruthy();
  });

  it('tells on any screen what was wrong when it started, until that was read', async () => {
    const snapshot = healthy();
    snapshot.app.notices = [
      {
        id: 'file-damaged',
        severity: 'warning',
        subject: '/home/anna/.config/minime/hosts.json',
        title: 'The file hosts.json was damaged and is not used.',
        cause: 'Unexpected end of JSON input',
        remedy: 'The damaged file is kept as hosts.json.damaged.',
      },
    ];
    await open(snapshot, overview);
    expect(screen.getByText(/The damaged file is kept as/)).toBeTruthy();
    await act(async () => fireEvent.click(screen.getByRole('button', { name: /^Close Warning alert/ })));
    expect(screen.queryByText(/The damaged file is kept as/)).toBeNull();
  });

  it('shows a dead host as unreachable with the age of its data, never as fine', async () => {
    await open(hostDown(), overview);
    const row = within(screen.getByRole('grid', { name: 'Hosts of prod-a' })).getByRole('row', {
      name: /kvm3/,
    });
    expect(within(row).getByText('Unreachable')).toBeTruthy();
    expect(within(row).getByText(/^last heard .* ago$/)).toBeTruthy();
    expect(within(row).queryByText('Online')).toBeNull();
  });

  it('puts a partition and a VM that runs twice before everything else', async () => {
    await open(troubled(), overview);
    const panel = screen.getByRole('region', { name: 'What is wrong right now' });
    expect(within(panel).getByText('Hosts do not agree on who is in the cluster')).toBeTruthy();
    expect(within(panel).getByText('mail is running on kvm1 and kvm3 at the same time')).toBeTruthy();
  });

  it('says that nothing is up to date once it has lost the core', async () => {
    const bridge = await open(healthy(), overview);
    expect(screen.queryByText(/lost touch with Minime/)).toBeNull();
    await act(async () => bridge.setLink(false));
    expect(screen.getAllByText(/lost touch with Minime/).length).toBeGreaterThan(0);
    expect(screen.queryByText('Online')).toBeNull();
  });

  it('shows a change that the core pushes', async () => {
    const bridge = await open(healthy(), '#/hosts/kvm1');
    const vms =
      healthy().hosts[0]?.sections.vms?.vms.map((vm) => ({ ...vm, state: 'paused' as const })) ?? [];
    await act(async () =>
      bridge.emit('host.section', { hostId: 'kvm1', section: 'vms', at: 0, data: { vms } }),
    );
    expect(screen.getAllByText('paused')).toHaveLength(vms.length);
  });
});

describe('questions of a connection', () => {
  it('asks for the fingerprint and sends the answer once', async () => {
    const bridge = await open(prompting(), '#/hosts', {
      'prompts.answer': ({ promptId }, core) => {
        core.emit('prompt.closed', { promptId });
        return {};
      },
    });
    expect(screen.getByText(/^SHA256:/)).toBeTruthy();
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Accept and connect' })));
    expect(bridge.calls.at(-1)).toEqual({
      name: 'prompts.answer',
      input: { promptId: 'p1', answer: { kind: 'host-key', accept: true } },
    });
    const password = screen.getByLabelText("admin@kvm9.example.net's password:");
    expect(password.getAttribute('type')).toBe('password');
    expect(screen.getByText('The password was not accepted.')).toBeTruthy();
    fireEvent.change(password, { target: { value: 'secret' } });
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Continue' })));
    expect(bridge.calls.at(-1)?.input).toEqual({
      promptId: 'p2',
      answer: { kind: 'secret', answers: ['secret'], remember: false },
    });
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('adding a host', () => {
  it('keeps what was typed and tells what the core refuses', async () => {
    await open(bare(), '#/hosts', {
      'hosts.add': () => {
        throw new MinimeError({ kind: 'conflict', message: 'kvm7 is in the inventory already.' });
      },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Add host' }));
    const dialog = screen.getByRole('dialog');
    const address = within(dialog).getByLabelText(/^Address/);
    fireEvent.change(address, { target: { value: 'kvm7' } });
    await act(async () => fireEvent.click(within(dialog).getByRole('button', { name: 'Add host' })));
    expect(within(dialog).getByText('kvm7 is in the inventory already.')).toBeTruthy();
    expect((address as HTMLInputElement).value).toBe('kvm7');
  });
});

describe('dangerous things', () => {
  it('are not done before the name is typed in full', async () => {
    const bridge = await open(healthy(), overview, {
      'deploy.removeCluster': () => ({ operationId: 'o1' }),
    });
    fireEvent.click(screen.getByRole('button', { name: 'Cluster' }));
    await act(async () => fireEvent.click(await screen.findByRole('menuitem', { name: 'Remove cluster' })));
    const dialog = screen.getByRole('dialog');
    const remove = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Remove cluster' });
    const name = within(dialog).getByLabelText(/to confirm$/);
    fireEvent.change(name, { target: { value: 'prod' } });
    expect(remove.disabled).toBe(true);
    fireEvent.change(name, { target: { value: 'prod-a' } });
    await act(async () => fireEvent.click(remove));
    expect(bridge.calls.at(-1)).toEqual({
      name: 'deploy.removeCluster',
      input: { clusterId: CLUSTER_ID, confirm: 'prod-a' },
    });
  });
});
