// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../../contract/consoleApi.ts';
import { MinimeError } from '../../../contract/errors.ts';
import { type Policy, policySchema } from '../../../contract/policy.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { selectClusters } from '../../store/selectors/clusters.ts';
import { CLUSTER_ID } from '../../testing/fixtures/cluster.ts';
import { connection, T0 } from '../../testing/fixtures/hosts.ts';
import { editedElsewhere, editedPolicy, forecastFor, policySection } from '../../testing/fixtures/policy.ts';
import { healthy, NAMES, prioritized } from '../../testing/fixtures/scenarios.ts';
import { renderConsole } from '../../testing/renderConsole.tsx';
import type { Handlers, ScriptedBridge } from '../../testing/scriptedBridge.ts';
import { PrioritiesScreen } from './PrioritiesScreen.tsx';

// Finding things by their roles is slow on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

beforeEach(() => {
  // Without a layout nothing has a height, and lists that show only what is in sight would show nothing.
  for (const property of ['clientHeight', 'offsetHeight'] as const) {
    vi.spyOn(HTMLElement.prototype, property, 'get').mockImplementation(function height(this: HTMLElement) {
      return /scroller|mm-prio-plan$/.test(this.className) ? 900 : 28;
    });
  }
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function Here() {
  const cluster = useConsole(selectClusters)[0];
  return cluster === undefined ? null : <PrioritiesScreen cluster={cluster} />;
}

async function open(snapshot: Snapshot, handlers: Handlers = {}) {
  return await renderConsole(<Here />, snapshot, {
    'policy.forecast': ({ policy, failed }) => forecastFor(snapshot, policySchema.parse(policy), failed),
    'policy.set': ({ policy }) => ({ revision: policy.revision + 1 }),
    ...handlers,
  });
}

const click = (name: string | RegExp) =>
  act(async () => fireEvent.click(screen.getByRole('button', { name })));
const row = (name: string) => screen.getByRole('row', { name: new RegExp(`(^|\\s)${name}\\s`) });
const press = (name: string, key: string, more: object = {}) =>
  act(async () => {
    row(name).focus();
    fireEvent.keyDown(row(name), { key, ...more });
  });
/** Names of VMs and tiers from top to bottom. */
const order = () =>
  [...document.querySelectorAll('.mm-prio-lines > [role="row"]')].map(
    (line) => line.querySelector('.mm-prio-name, strong')?.textContent ?? '',
  );
const tell = (bridge: ScriptedBridge, policy: Policy, editedBy = 'ben on desk-7') =>
  act(async () => {
    for (const hostId of NAMES) {
      const data = policySection(policy, { editedBy });
      bridge.emit('host.section', { hostId, section: 'policy', at: T0, data });
    }
  });
const asked = (bridge: ScriptedBridge) =>
  bridge.calls.flatMap(({ name, input }) =>
    name === 'policy.forecast' ? [input as { policy: Policy; failed: string[] }] : [],
  );

describe('the list of priorities', () => {
  it('shows all VMs in restart order, cut into tiers, and last those that no tier lists', async () => {
    await open(prioritized());
    expect(order()).toEqual(
      'First dc01 erp-db Normal mail web-1 web-2 files Last Büro_"Süd" gpu-render test-iso In_no_tier build-agent monitoring'
        .split(' ')
        .map((word) => word.replaceAll('_', ' ')),
    );
    expect(screen.getByText(/Revision 4 by anna on desk-4/)).toBeTruthy();
  });

  it('says that nobody has edited a policy that is the initial one', async () => {
    await open(healthy());
    expect(screen.getByText(/Nobody has edited it yet/)).toBeTruthy();
    expect(order().slice(0, 2)).toEqual(['Normal', 'In no tier']);
  });

  it('keeps hidden VMs where they are when it is filtered, and says what dropping means', async () => {
    const { bridge } = await open(prioritized());
    fireEvent.change(screen.getByLabelText('Filter by name, host or uuid'), { target: { value: 'web' } });
    expect(await screen.findByText('2 of 11 shown')).toBeTruthy();
    expect(screen.getByText(/^Filtered: a VM that is dropped/)).toBeTruthy();
    await press('web-2', 'ArrowUp', { altKey: true });
    await click('Review and apply');
    await click('Apply');
    const set = bridge.calls.find(({ name }) => name === 'policy.set')?.input as { policy: Policy };
    expect(set.policy.tiers[1]?.vms).toEqual(
      ['mail', 'web-2', 'web-1', 'files'].map((name) => `uuid-${name}`),
    );
  });

  it('moves VMs to a tier and place that are chosen', async () => {
    await open(prioritized());
    fireEvent.click(row('web-1'));
    fireEvent.click(row('monitoring'), { ctrlKey: true });
    await click('Move to…');
    await act(async () => fireEvent.click(screen.getByLabelText('First of the tier')));
    fireEvent.change(screen.getByLabelText('Tier'), { target: { value: '0' } });
    await click('Move');
    expect(order().slice(0, 5)).toEqual(['First', 'web-1', 'monitoring', 'dc01', 'erp-db']);
    await click('Undo');
    expect(order().slice(0, 3)).toEqual(['First', 'dc01', 'erp-db']);
    await click('Redo');
    expect(order().slice(0, 2)).toEqual(['First', 'web-1']);
  });

  it('is moved in by keyboard: picked up, carried, put back', async () => {
    await open(prioritized());
    await press('web-1', ' ');
    await press('web-1', 'ArrowUp');
    expect(screen.getByText('tier Normal, before mail')).toBeTruthy();
    await press('web-1', 'Escape');
    expect(screen.getByText(/nothing has changed/)).toBeTruthy();
    await press('web-1', ' ');
    await press('web-1', 'Home');
    await press('web-1', ' ');
    expect(order().slice(0, 3)).toEqual(['First', 'web-1', 'dc01']);
  });
});

describe('the forecast', () => {
  it('is asked for the busiest host, and again for the hosts that are chosen', async () => {
    const { bridge } = await open(prioritized());
    expect(await within(row('web-1')).findByText(/^→ kvm/)).toBeTruthy();
    expect(asked(bridge).at(-1)?.failed).toEqual(['kvm2']);
    await click(/^kvm1/);
    expect(await within(row('mail')).findByText(/^→ kvm3/)).toBeTruthy();
    expect(asked(bridge).at(-1)?.failed).toEqual(['kvm2', 'kvm1']);
  });

  it('is asked for the draft beside the policy in force, and marks what differs', async () => {
    const { bridge } = await open(prioritized());
    await within(row('web-1')).findByText(/^→ kvm/);
    fireEvent.click(row('web-1'));
    await click('Rules…');
    await act(async () => fireEvent.click(screen.getByLabelText('Leave it down')));
    await click('Set rules');
    expect(await within(row('web-1')).findByText('stays down: its rule')).toBeTruthy();
    expect(within(row('web-1')).getByText(/^now kvm/)).toBeTruthy();
    const [draft, present] = asked(bridge).slice(-2);
    expect(draft?.policy.rules.vms['uuid-web-1']).toEqual({ restart: 'leave-down' });
    expect(present?.policy.rules.vms['uuid-web-1']).toBeUndefined();
  });

  it('that fails says why and leaves the list usable', async () => {
    await open(prioritized(), {
      'policy.forecast': () => {
        throw new MinimeError({ kind: 'unreachable', message: 'No host has told its load yet.' });
      },
    });
    expect(await screen.findByText('No host has told its load yet.')).toBeTruthy();
    await press('web-1', 'ArrowUp', { altKey: true });
    expect(screen.getByText('1 change not applied')).toBeTruthy();
  });
});

describe('applying', () => {
  it('shows what changes, sends the revision it began with, and says that it is in force', async () => {
    const { bridge } = await open(prioritized());
    await press('web-2', 'ArrowUp', { altKey: true });
    await click('Review and apply');
    expect(within(screen.getByRole('dialog')).getByText('web-2: tier Normal 3 → tier Normal 2')).toBeTruthy();
    await click('Apply');
    const set = bridge.calls.find(({ name }) => name === 'policy.set')?.input as {
      clusterId: string;
      policy: Policy;
    };
    expect([set.clusterId, set.policy.revision]).toEqual([CLUSTER_ID, 4]);
    expect(screen.getByText(/^Applied as revision 5/)).toBeTruthy();
    expect(order().slice(3, 6)).toEqual(['Normal', 'mail', 'web-2']);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Review and apply' }).disabled).toBe(true);
  });

  it('that is not permitted says what to do, and keeps the draft', async () => {
    await open(prioritized(), {
      'policy.set': () => {
        throw new MinimeError({
          kind: 'not-permitted',
          message: 'The policy of prod-a may not be changed.',
          remedy: 'Connect as root.',
        });
      },
    });
    await press('web-2', 'ArrowUp', { altKey: true });
    await click('Review and apply');
    await click('Apply');
    const dialog = screen.getByRole('dialog');
    expect(within(dialog).getByText(/may not be changed/)).toBeTruthy();
    expect(within(dialog).getByText('Connect as root.')).toBeTruthy();
    await click('Keep editing');
    expect(screen.getByText('1 change not applied')).toBeTruthy();
  });

  it('onto a later revision is refused, and the other admin’s changes are shown beside one’s own', async () => {
    const { bridge } = await open(prioritized(), {
      'policy.set': () => {
        throw new MinimeError({ kind: 'conflict', message: 'Revision 5 is in force.' });
      },
    });
    await press('web-2', 'ArrowUp', { altKey: true });
    await press('monitoring', 'ArrowUp', { altKey: true });
    await click('Review and apply');
    await click('Apply');
    expect(screen.getByText(/^Not applied: somebody else/)).toBeTruthy();
    await tell(bridge, editedElsewhere());
    await click('See both and decide');
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText('Threshold free memory: 2 GiB → 4 GiB')).toBeTruthy();
    expect(dialog.getByText('web-2: tier Normal 3 → tier Normal 2')).toBeTruthy();
    expect(dialog.getByText('1 change of yours cannot be put on top')).toBeTruthy();
    await click('Put my changes on top');
    expect(order().slice(3, 7)).toEqual(['Normal', 'web-2', 'web-1', 'mail']);
    expect(screen.queryByText(/while you were editing/)).toBeNull();
  });
});

describe('a later revision', () => {
  it('is shown at once where nothing was changed', async () => {
    const { bridge } = await open(prioritized());
    await tell(bridge, editedElsewhere());
    expect(order().slice(3, 5)).toEqual(['Normal', 'web-1']);
    expect(screen.queryByText(/while you were editing/)).toBeNull();
  });

  it('is told at once while something is changed, and can be taken', async () => {
    const { bridge } = await open(prioritized());
    await press('web-2', 'ArrowUp', { altKey: true });
    await tell(bridge, editedElsewhere());
    expect(order().slice(3, 6)).toEqual(['Normal', 'mail', 'web-2']);
    await click('Review and apply');
    await click('Take theirs, drop mine');
    expect(order().slice(3, 5)).toEqual(['Normal', 'web-1']);
  });

  it('of a host that is behind does not count', async () => {
    const { bridge } = await open(prioritized());
    await act(async () =>
      bridge.emit('host.section', {
        hostId: 'kvm2',
        section: 'policy',
        at: T0,
        data: policySection({ ...editedPolicy(), revision: 3, tiers: [] as never }),
      }),
    );
    expect(screen.getByText(/Revision 4 by anna/)).toBeTruthy();
  });
});

describe('a cluster that cannot be changed', () => {
  it('is shown with the age of what is known', async () => {
    const snapshot = prioritized();
    for (const host of snapshot.hosts) {
      host.connection = connection({ state: 'reconnecting', since: T0 });
      host.lastHeardAt = Date.now() - 90_000;
    }
    await open(snapshot);
    expect(screen.getByText('The priorities can be looked at, but not changed')).toBeTruthy();
    expect(screen.getByText(/^last heard 1 min ago$/)).toBeTruthy();
    await press('web-1', 'ArrowUp', { altKey: true });
    expect(order().slice(3, 6)).toEqual(['Normal', 'mail', 'web-1']);
    expect(screen.queryByRole('button', { name: 'Move to…' })).toBeNull();
  });

  it('says that the policy is being read until a host tells it', async () => {
    const snapshot = healthy();
    for (const host of snapshot.hosts) delete host.sections.policy;
    const { bridge } = await open(snapshot);
    expect(screen.getByLabelText('Reading the policy')).toBeTruthy();
    await tell(bridge, editedPolicy());
    expect(order()).toContain('dc01');
  });
});

describe('thresholds and settings', () => {
  it('give a host a threshold of its own and take it back', async () => {
    await open(prioritized());
    await act(async () => fireEvent.click(screen.getByRole('tab', { name: 'Thresholds' })));
    await click('Set its own: memory of kvm1');
    const field = screen.getByRole<HTMLInputElement>('spinbutton', {
      name: 'Memory to keep free on kvm1, in GiB',
    });
    await act(async () => {
      fireEvent.change(field, { target: { value: '12' } });
      fireEvent.blur(field);
    });
    await click('Review and apply');
    expect(screen.getByText('Threshold free memory of kvm1: as the cluster → 12 GiB')).toBeTruthy();
    await click('Keep editing');
    await click('As all hosts: memory of kvm1');
    expect(screen.queryByText(/not applied/)).toBeNull();
  });

  it('say what becomes of a VM for which no host has CPU to spare', async () => {
    await open(prioritized());
    await act(async () => fireEvent.click(screen.getByRole('tab', { name: 'Thresholds' })));
    const anyway = screen.getByLabelText<HTMLInputElement>('Start it anyway');
    expect(anyway.checked).toBe(true);
    await act(async () => fireEvent.click(screen.getByLabelText('Leave it down')));
    await click('Review and apply');
    expect(screen.getByText(/below its CPU threshold: start it anyway → leave it down/)).toBeTruthy();
  });

  it('change how a takeover is gone about', async () => {
    await open(prioritized());
    await act(async () => fireEvent.click(screen.getByRole('tab', { name: 'Takeover' })));
    await click('VMs started on one host at the same time: more');
    await act(async () => fireEvent.click(screen.getByLabelText('By themselves, live')));
    await click('Review and apply');
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText('Starts on one host at a time: 4 → 5')).toBeTruthy();
    expect(dialog.getByText('VMs go home: by hand → by themselves, live')).toBeTruthy();
  });
});
