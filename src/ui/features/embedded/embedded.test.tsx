// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../../contract/consoleApi.ts';
import { MinimeError } from '../../../contract/errors.ts';
import { Navigation } from '../../shell/Navigation.tsx';
import { ScreenHead } from '../../shell/ScreenHead.tsx';
import { ScreenSwitch } from '../../shell/ScreenSwitch.tsx';
import { CLUSTER_ID } from '../../testing/fixtures/cluster.ts';
import {
  embedded,
  embeddedBare,
  embeddedFailed,
  embeddedSite,
  embeddedStarting,
} from '../../testing/fixtures/embedded.ts';
import { empty, healthy } from '../../testing/fixtures/scenarios.ts';
import { renderConsole } from '../../testing/renderConsole.tsx';
import type { Handlers } from '../../testing/scriptedBridge.ts';

// Finding things by their roles is slow on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

beforeEach(() => {
  window.location.hash = '';
});
afterEach(cleanup);

const overview = `#/clusters/${CLUSTER_ID}/overview`;

async function open(snapshot: Snapshot, hash: string, handlers: Handlers = {}) {
  window.location.hash = hash;
  return await renderConsole(
    <>
      <Navigation />
      <ScreenHead />
      <ScreenSwitch />
    </>,
    snapshot,
    handlers,
  );
}

const click = (name: string | RegExp) =>
  act(async () => fireEvent.click(screen.getByRole('button', { name })));
const acted = (calls: { name: string; input: unknown }[]) =>
  calls.flatMap(({ name, input }) =>
    name === 'embedded.act' ? [(input as { action: unknown }).action] : [],
  );

describe('the first minute', () => {
  it('offers a host or the embedded cluster, which is two clicks away', async () => {
    const { bridge } = await open(empty(), '#/', { 'embedded.start': () => ({}) });
    expect(screen.getByRole('button', { name: 'Add your first host' })).toBeTruthy();
    await click('Try the embedded cluster');
    await click('Start it');
    expect(bridge.calls.find(({ name }) => name === 'embedded.start')?.input).toEqual({
      hosts: 3,
      speed: 1,
      bare: false,
    });
    expect(window.location.hash).toBe('#/embedded');
  });

  it('tells why it cannot be started, and stays', async () => {
    await open(empty(), '#/', {
      'embedded.start': () => {
        throw new MinimeError({ kind: 'conflict', message: 'It is there already.', remedy: 'Open it.' });
      },
    });
    await click('Try the embedded cluster');
    await click('Start it');
    expect(await screen.findByText('It is there already.')).toBeTruthy();
    expect(screen.getByText('Open it.')).toBeTruthy();
  });

  it('shows it coming up, and leads to its overview when a host answers', async () => {
    const { bridge } = await open(embeddedStarting(), '#/');
    expect(await screen.findByText('embedded-1: booting')).toBeTruthy();
    await act(async () => {
      for (const view of embedded().hosts) bridge.emit('host.added', view);
      bridge.emit('embedded.changed', { site: embeddedSite() });
    });
    expect(window.location.hash).toBe(overview);
  });

  it('can begin without high availability, and leads to the wizard then, which takes its hosts', async () => {
    const { bridge } = await open(embeddedBare(), '#/embedded', { 'embedded.act': () => ({}) });
    expect(screen.getByText(/3 hosts with 3 VMs run inside Minime/)).toBeTruthy();
    await click('Kill embedded-2');
    expect(acted(bridge.calls)).toEqual([{ kind: 'kill-host', host: 'embedded-2' }]);
    // Nobody is there who would notice.
    expect(screen.queryByText(/Watch the others notice/)).toBeNull();
    expect(screen.getByRole('link', { name: 'Deploy a cluster' }).getAttribute('href')).toBe('#/deploy');
  });

  it('says why it failed, and can be started again', async () => {
    const { bridge } = await open(embeddedFailed(), '#/embedded', { 'embedded.start': () => ({}) });
    expect(screen.getByText(/no space left on device/)).toBeTruthy();
    await click('Start it again');
    expect(bridge.calls.some(({ name }) => name === 'embedded.start')).toBe(true);
  });
});

describe('breaking it', () => {
  it('says embedded above every screen of the cluster, in the navigation and at each host', async () => {
    await open(embedded(), `#/clusters/${CLUSTER_ID}/hosts`);
    const navigation = screen.getByRole('navigation', { name: 'Main' });
    expect(within(navigation).getByText('embedded')).toBeTruthy();
    expect(screen.getByText(/These hosts run inside Minime/)).toBeTruthy();
    const table = screen.getByRole('grid', { name: /Hosts of/ });
    expect(within(table).getAllByText('embedded')).toHaveLength(3);
  });

  it('says nothing of it where the hosts are real', async () => {
    await open(healthy(), overview);
    expect(screen.queryByText(/These hosts run inside Minime/)).toBeNull();
    expect(screen.queryByRole('button', { name: /^Kill / })).toBeNull();
  });

  it('kills a host with one click on the overview, and says what to watch', async () => {
    const { bridge } = await open(embedded(), overview, { 'embedded.act': () => ({}) });
    await click('Kill embedded-1');
    expect(acted(bridge.calls)).toEqual([{ kind: 'kill-host', host: 'embedded-1' }]);
    expect(screen.getByText(/Watch the others notice/)).toBeTruthy();
  });

  it('boots one that is off, and repairs what is broken', async () => {
    const { bridge } = await open(embedded(), overview, { 'embedded.act': () => ({}) });
    expect(screen.getByText('2 things broken on purpose')).toBeTruthy();
    await click('Boot embedded-3');
    await click('Repair: Heartbeat link 1 of embedded-2 is cut.');
    expect(acted(bridge.calls)).toEqual([
      { kind: 'boot-host', host: 'embedded-3' },
      { kind: 'mend-link', host: 'embedded-2', link: 1 },
    ]);
  });

  it('does everything else to the host and the VM that are chosen', async () => {
    const { bridge } = await open(embedded(), overview, { 'embedded.act': () => ({}) });
    await click('More for embedded-2');
    await act(async () => fireEvent.click(screen.getByRole('menuitem', { name: 'Fill its quorum disk' })));
    fireEvent.change(screen.getByLabelText('VM to break'), { target: { value: 'uuid-db' } });
    await click('Tamper with its definition');
    expect(acted(bridge.calls)).toEqual([
      { kind: 'quorum-disk', host: 'embedded-2', becomes: 'full' },
      { kind: 'tamper-definition', vm: 'uuid-db' },
    ]);
  });

  it('has its fencing tested like any cluster, but no host is added or taken off', async () => {
    const items = async (snapshot: Snapshot) => {
      await open(snapshot, overview);
      await click('Cluster');
      const names = screen.getAllByRole('menuitem').map(({ textContent }) => textContent);
      cleanup();
      return names;
    };
    expect(await items(embedded())).toEqual(['Test fencing']);
    expect(await items(healthy())).toEqual(['Add a host', 'Test fencing', 'Remove cluster']);
  });

  it('is not deployed to, and the wizard says why', async () => {
    await open(embedded(), '#/deploy');
    expect(await screen.findAllByText('No, an embedded host comes with all of it')).toHaveLength(3);
    expect(screen.getByRole('checkbox', { name: 'Choose embedded-1' })).toHaveProperty('disabled', true);
  });

  it('shows a refusal with its cause and remedy', async () => {
    await open(embedded(), overview, {
      'embedded.act': () => {
        throw new MinimeError({ kind: 'not-found', message: 'No quorum disk holds it.', remedy: 'Wait.' });
      },
    });
    await click('Kill embedded-1');
    expect(await screen.findByText('No quorum disk holds it.')).toBeTruthy();
    expect(screen.queryByText(/Watch the others notice/)).toBeNull();
  });

  it('is removed after a confirmation that names its folder', async () => {
    const { bridge } = await open(embedded(), overview, {
      'embedded.remove': (_input, core) => {
        for (const { entry } of embedded().hosts) core.emit('host.removed', { hostId: entry.id });
        core.emit('embedded.changed', { site: null });
        return {};
      },
    });
    await click('Remove the embedded cluster');
    const dialog = screen.getByRole('dialog');
    expect(within(dialog).getByText(/share\/minime\/embedded/)).toBeTruthy();
    expect(bridge.calls.some(({ name }) => name === 'embedded.remove')).toBe(false);
    await act(async () =>
      fireEvent.click(within(dialog).getByRole('button', { name: 'Remove the embedded cluster' })),
    );
    expect(bridge.calls.some(({ name }) => name === 'embedded.remove')).toBe(true);
    expect(await screen.findByRole('button', { name: 'Add your first host' })).toBeTruthy();
    expect(screen.queryByText(/These hosts run inside Minime/)).toBeNull();
  });
});
