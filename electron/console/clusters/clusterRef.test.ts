import { describe, expect, test } from 'vitest';
import type { HostView } from '../../../src/contract/consoleApi.ts';
import type { Sections } from '../../../src/contract/hostState.ts';
import { findCluster, requireConfirmation, requireMember } from './clusterRef.ts';

const cluster = (id: string, members: string[], name?: string): Sections['cluster'] => ({
  engine: 'running',
  id,
  ...(name === undefined ? {} : { name }),
  quorate: true,
  members: members.map((member, index) => ({ name: member, nodeId: index + 1, online: true })),
  links: [],
  fencing: { method: 'none', agents: [], enabled: false, devices: [], watchdog: {}, history: [] },
  quorumDisks: [],
  problems: [],
});

const view = (hostId: string, nodeName: string, section?: Sections['cluster']): HostView => ({
  entry: { id: hostId, address: `${nodeName}.example`, addedAt: 0 },
  connection: { state: 'online', since: 0 },
  lastHeardAt: 0,
  sections: {
    ...(section === undefined ? {} : { cluster: section }),
    system: {
      hostname: nodeName,
      nodeName,
      machineId: nodeName,
      distribution: { id: 'debian', version: '12', prettyName: 'Debian' },
      kernel: '6.1',
      bootedAt: 0,
      vmclVersion: '0.1.0',
      hypervisor: { kind: 'libvirt', reachable: true },
      problems: [],
    },
  },
});

describe('a cluster', () => {
  const views = [
    view('h1', 'n1', cluster('c1', ['n1', 'n2', 'n3'], 'demo')),
    view('h2', 'n2', cluster('c1', ['n1', 'n2', 'n3'])),
    view('h4', 'n1', cluster('c2', ['n1'], 'demo')),
    view('h5', 'n9'),
  ];

  test('is found by its id, with nodes that no known host is', () => {
    expect(findCluster(views, 'c1')).toEqual({
      name: 'demo',
      ref: {
        clusterId: 'c1',
        members: [
          { nodeName: 'n1', hostId: 'h1' },
          { nodeName: 'n2', hostId: 'h2' },
          { nodeName: 'n3', hostId: 'not-in-inventory:n3' },
        ],
      },
    });
    const silent: HostView = {
      ...view('h3', 'n3'),
      entry: {
        id: 'h3',
        address: 'x',
        addedAt: 0,
        lastKnown: { nodeName: 'n3', cluster: { id: 'c1', name: 'demo' } },
      },
      sections: {},
    };
    expect(findCluster([...views, silent], 'c1').ref.members).toContainEqual({
      nodeName: 'n3',
      hostId: 'h3',
    });
    expect(findCluster(views, 'c2').ref.members).toEqual([{ nodeName: 'n1', hostId: 'h4' }]);
  });

  test('that no host belongs to is not found', () => {
    expect(() => findCluster(views, 'c3')).toThrow('No host of this cluster is known');
  });

  test('has the members it has', () => {
    requireMember(findCluster(views, 'c1'), 'n3');
    expect(() => requireMember(findCluster(views, 'c1'), 'n9')).toThrow('n9 is not a host of demo.');
  });

  test.each(['', 'Demo', 'demo ', 'n1'])('is not confirmed with %j', (typed) => {
    requireConfirmation('demo', 'demo');
    expect(() => requireConfirmation(typed, 'demo')).toThrow('does not match');
  });
});
