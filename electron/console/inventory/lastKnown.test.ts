import { expect, test } from 'vitest';
import type { HostView } from '../../../src/contract/consoleApi.ts';
import type { Sections } from '../../../src/contract/hostState.ts';
import { createEventHub } from '../events.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { createInventory, emptyInventory, type InventoryFile } from './inventory.ts';
import { lastKnownOf, rememberHosts } from './lastKnown.ts';

const system = { nodeName: 'n1' } as Sections['system'];
const cluster = (more: Partial<Sections['cluster']>) =>
  ({ engine: 'running', id: 'c1', name: 'demo', ...more }) as Sections['cluster'];

const view = (sections: HostView['sections']): HostView => ({
  entry: { id: 'h1', address: 'a', addedAt: 0 },
  connection: { state: 'online', since: 0 },
  lastHeardAt: 0,
  sections,
});

test.each([
  [{}, null],
  [{ system }, null],
  [{ cluster: cluster({}) }, null],
  [
    { system, cluster: cluster({}) },
    { nodeName: 'n1', cluster: { id: 'c1', name: 'demo' } },
  ],
  [
    { system, cluster: cluster({ engine: 'stopped' }) },
    { nodeName: 'n1', cluster: { id: 'c1', name: 'demo' } },
  ],
  [{ system, cluster: { engine: 'none' } as Sections['cluster'] }, { nodeName: 'n1' }],
])('%j is kept as %j', (sections, expected) => expect(lastKnownOf(view(sections))).toEqual(expected));

test('what a host tells is written once, and again when it changes', async () => {
  const written: InventoryFile[] = [];
  const inventory = createInventory(emptyInventory, {
    file: {
      write: async (next: InventoryFile) => {
        written.push(next);
      },
    } as Parameters<typeof createInventory>[1]['file'],
    clock: { now: () => 0 },
  });
  const { id } = await inventory.add({ address: 'a' });
  let sections: HostView['sections'] = { system, cluster: cluster({}) };
  const events = createEventHub(false);
  const sessions = { get: () => ({ view: () => view(sections) }) } as unknown as Sessions;
  const logger = { warn: () => undefined } as unknown as Parameters<typeof rememberHosts>[0]['logger'];
  const end = rememberHosts({ inventory, sessions, events, logger });
  const tell = (section: 'cluster' | 'load') =>
    events.emit('host.section', { hostId: id, section, at: 0, data: null });

  tell('load');
  expect(inventory.find(id)?.lastKnown).toBeUndefined();
  tell('cluster');
  tell('cluster');
  expect(inventory.find(id)?.lastKnown).toEqual({ nodeName: 'n1', cluster: { id: 'c1', name: 'demo' } });
  expect(written).toHaveLength(2);
  sections = { system, cluster: { engine: 'none' } as Sections['cluster'] };
  tell('cluster');
  expect(inventory.find(id)?.lastKnown).toEqual({ nodeName: 'n1' });
  sections = { system, cluster: cluster({}) };
  tell('cluster');
  expect(inventory.find(id)?.lastKnown?.cluster?.id).toBe('c1');
  // The cluster was taken off it: there is nobody left who could tell that.
  const bare = { state: 'bare' as const, since: 0 };
  events.emit('host.connection', { hostId: id, connection: bare, lastHeardAt: null });
  expect(inventory.find(id)?.lastKnown).toEqual({ nodeName: 'n1' });
  end();
  sections = { system, cluster: cluster({}) };
  tell('cluster');
  expect(inventory.find(id)?.lastKnown).toEqual({ nodeName: 'n1' });
});
