import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../contract/consoleApi.ts';
import { CLUSTER_ID, clusterSection, links, quorumDisk } from '../../testing/fixtures/cluster.ts';
import { connection, entry, hostView, load, system, T0, vm } from '../../testing/fixtures/hosts.ts';
import {
  bare,
  healthy,
  healthyHosts,
  hostDown,
  NAMES,
  snapshot,
  troubled,
} from '../../testing/fixtures/scenarios.ts';
import { applyEvent, applySnapshot } from '../reduce.ts';
import { initialState } from '../state.ts';
import { selectClusters, selectFreeHosts } from './clusters.ts';
import { selectHosts } from './hosts.ts';
import { healthOf, selectProblems } from './problems.ts';
import { selectVmRows } from './vms.ts';

const state = (from: Snapshot) => applySnapshot(initialState(), from);
const cluster = (from: Snapshot) => {
  const [first] = selectClusters(state(from));
  if (first === undefined) throw new Error('no cluster');
  return first;
};
const problemIds = (from: Snapshot) => selectProblems(state(from)).map(({ finding }) => finding.id);
const row = (from: Snapshot, name: string) => {
  const found = selectVmRows(state(from)).find((known) => known.name === name);
  if (found === undefined) throw new Error(`no VM ${name}`);
  return found;
};

describe('clusters', () => {
  it('groups hosts by the identity of their cluster, not by its name', () => {
    const hosts = healthyHosts();
    const other = hostView('x1', {
      sections: { system: system('x1'), cluster: clusterSection('x1', ['x1', 'x2'], [], { id: 'another' }) },
    });
    const clusters = selectClusters(state(snapshot([...hosts, other])));
    expect(clusters.map(({ id, hosts: rows }) => [id, rows.length])).toEqual([
      ['another', 2],
      [CLUSTER_ID, 3],
    ]);
  });

  it('leaves hosts without a cluster apart', () => {
    expect(selectClusters(state(bare()))).toEqual([]);
    expect(selectFreeHosts(state(bare())).map((host) => host.name)).toEqual(
      NAMES.map((name) => `${name}.example.net`),
    );
  });

  it('shows members that are not in the inventory', () => {
    const [first] = healthyHosts();
    const rows = cluster(snapshot([first])).hosts;
    expect(rows.map(({ name, host }) => [name, host !== null])).toEqual([
      ['kvm1', true],
      ['kvm2', false],
      ['kvm3', false],
    ]);
  });

  it('recognises by its address a host that has told nothing yet', () => {
    const [first] = healthyHosts();
    const silent = hostView('h7', {
      entry: { id: 'h7', address: 'kvm2', addedAt: T0 },
      connection: connection({ state: 'failed' }),
      sections: {},
      lastHeardAt: null,
    });
    const found = state(snapshot([first, silent]));
    expect(selectClusters(found)[0]?.hosts.find(({ name }) => name === 'kvm2')?.host?.id).toBe('h7');
    expect(selectFreeHosts(found)).toEqual([]);
  });

  it('keeps a host in its cluster by what it last told, after a restart of the console', () => {
    const [first] = healthyHosts();
    const dead = hostView('h3', {
      entry: entry('h3', {
        address: '10.0.0.3',
        lastKnown: { nodeName: 'kvm3', cluster: { id: CLUSTER_ID, name: 'prod-a' } },
      }),
      connection: connection({ state: 'reconnecting' }),
      sections: {},
      lastHeardAt: null,
    });
    const found = state(snapshot([first, dead]));
    expect(selectClusters(found)[0]?.hosts.find(({ name }) => name === 'kvm3')?.host?.id).toBe('h3');
    expect(selectFreeHosts(found)).toEqual([]);
    expect(selectProblems(found).find(({ hostId }) => hostId === 'h3')).toMatchObject({
      clusterKey: CLUSTER_ID,
      finding: { severity: 'error' },
    });
  });

  it('shows a cluster none of whose hosts can be reached after a restart, and never as fine', () => {
    const dead = hostView('h3', {
      entry: entry('h3', { lastKnown: { nodeName: 'kvm3', cluster: { id: CLUSTER_ID, name: 'prod-a' } } }),
      connection: connection({ state: 'connecting' }),
      sections: {},
      lastHeardAt: null,
    });
    const found = state(snapshot([dead]));
    const [only] = selectClusters(found);
    expect(only).toMatchObject({ name: 'prod-a', id: CLUSTER_ID });
    expect(only === undefined ? null : healthOf(only, selectProblems(found))).toBe('unknown');
  });

  it('prefers the view of a live quorate host over stale and inquorate ones', () => {
    const [first, second, third] = healthyHosts();
    first.connection = connection({ state: 'reconnecting' });
    first.lastHeardAt = T0;
    second.sections.cluster = clusterSection('kvm2', NAMES, ['kvm1', 'kvm3']);
    expect(cluster(snapshot([first, second, third])).viewFrom.name).toBe('kvm3');
  });

  it('falls back to the view heard last when no host is live', () => {
    const hosts = healthyHosts();
    hosts.forEach((host, index) => {
      host.connection = connection({ state: 'reconnecting' });
      host.lastHeardAt = T0 + index;
    });
    const found = cluster(snapshot(hosts));
    expect(found.viewFrom.name).toBe('kvm3');
    expect(healthOf(found, [])).toBe('unknown');
  });

  it('does not compute again when only a load figure moves', () => {
    const before = state(healthy());
    const clusters = selectClusters(before);
    const rows = selectVmRows(before);
    const after = applyEvent(before, {
      sequence: 1,
      name: 'host.section',
      data: { hostId: 'kvm1', section: 'load', at: T0, data: load({ cpuPercent: 99 }) },
    });
    expect(selectClusters(after)).toBe(clusters);
    expect(selectVmRows(after)).toBe(rows);
  });
});

describe('freshness', () => {
  it('counts nothing as live while the link to the core is down', () => {
    const lost = { ...state(healthy()), linkUp: false, linkLostAt: T0 };
    expect(Object.values(selectHosts(lost)).map((host) => [host.freshness, host.staleSince])).toEqual([
      ['stale', T0],
      ['stale', T0],
      ['stale', T0],
    ]);
  });

  it('says since when a host has been out of touch', () => {
    expect(selectHosts(state(hostDown())).kvm3).toMatchObject({
      freshness: 'stale',
      staleSince: T0 - 12_000,
    });
  });
});

describe('what is wrong', () => {
  it('finds only the unprotected VM in a healthy cluster', () => {
    expect(problemIds(healthy())).toEqual(['vms-unprotected']);
    expect(selectProblems(state(healthy()))[0]?.finding.title).toBe(
      '2 running VMs could not start on another host',
    );
  });

  it('tells of a dead host once, though two hosts report it', () => {
    const ids = problemIds(hostDown());
    expect(ids.filter((id) => id === 'member-offline')).toHaveLength(1);
    expect(ids).toContain('host-unreachable');
  });

  it('puts partition and a VM that runs twice on top', () => {
    const ids = problemIds(troubled());
    expect(ids[0]).toBe('partition');
    expect(ids).toEqual(
      expect.arrayContaining(['vm-running-twice', 'definition-tampered', 'quorum-disk-read-only']),
    );
    expect(healthOf(cluster(troubled()), selectProblems(state(troubled())))).toBe('error');
  });

  it('calls it split brain when two disjoint parts both claim quorum', () => {
    const from = troubled();
    for (const host of from.hosts) {
      if (host.sections.cluster) host.sections.cluster.quorate = true;
    }
    expect(problemIds(from)[0]).toBe('split-brain');
  });

  it('does not take the old view of an unreachable host for a partition', () => {
    const ids = problemIds(hostDown());
    expect(ids).not.toContain('partition');
  });

  it('tells of a link that is down once, though each end reports it', () => {
    const hosts = healthyHosts();
    const cut = (self: string, peers: string[]) =>
      clusterSection(self, NAMES, [], {
        links: links(
          self,
          NAMES,
          peers.map((peer) => ({ link: 1, peer })),
        ),
        problems: peers.map((peer) => ({
          id: 'link-down',
          severity: 'warning',
          host: self,
          subject: 'link 1',
          title: `link 1 to ${peer}`,
        })),
      });
    hosts[0].sections.cluster = cut('kvm1', ['kvm2']);
    hosts[1].sections.cluster = cut('kvm2', ['kvm1', 'kvm3']);
    hosts[2].sections.cluster = cut('kvm3', ['kvm2']);
    const found = selectProblems(state(snapshot(hosts))).filter(({ finding }) => finding.id === 'link-down');
    expect(found.map(({ finding }) => finding.title)).toEqual(['kvm2 is cut off from heartbeat link 1']);
  });

  it('names the hosts between which a link is down', () => {
    const hosts = healthyHosts();
    const down = [{ link: 0, peer: 'kvm2' }];
    hosts[0].sections.cluster = clusterSection('kvm1', NAMES, [], { links: links('kvm1', NAMES, down) });
    const [found] = selectProblems(state(snapshot(hosts))).filter(
      ({ finding }) => finding.id === 'link-down',
    );
    expect(found?.finding.cause).toContain('kvm1 and kvm2');
  });

  it('finds a quorum disk that is mounted on two hosts', () => {
    const hosts = healthyHosts();
    hosts[1].sections.quorumDisks?.disks.push(quorumDisk('kvm1', []));
    expect(problemIds(snapshot(hosts))).toContain('quorum-disk-mounted-twice');
  });
});

describe('virtual machines', () => {
  it('leaves the rows of VMs that have not changed as they are', () => {
    const before = state(healthy());
    const rows = selectVmRows(before);
    const [first, ...others] = before.sections.vms['kvm1']?.vms ?? [];
    if (first === undefined) throw new Error('kvm1 has VMs');
    const data = {
      ...before.sections.vms['kvm1'],
      vms: [{ ...first, state: 'shut-off' as const }, ...others],
    };
    const after = applyEvent(before, {
      sequence: 1,
      name: 'host.section',
      data: { hostId: 'kvm1', section: 'vms', at: T0, data },
    });
    const now = selectVmRows(after);
    expect(now.map(({ uuid }) => uuid)).toEqual(rows.map(({ uuid }) => uuid));
    expect(now.find(({ uuid }) => uuid === first.uuid)?.state).toBe('shut-off');
    const elsewhere = now.filter(({ shown }) => shown.host.id !== 'kvm1');
    expect(elsewhere.length).toBeGreaterThan(0);
    for (const kept of elsewhere) expect(rows).toContain(kept);
  });

  it('merges the instances of one VM', () => {
    const hosts = healthyHosts();
    hosts[1].sections.vms?.vms.push(vm('mail', { state: 'shut-off' }));
    const mail = row(snapshot(hosts), 'mail');
    expect(mail.instances).toHaveLength(2);
    expect(mail.runningOn.map((host) => host.name)).toEqual(['kvm1']);
    expect(mail.home).toBe('kvm1');
  });

  it('shows a VM that runs away from home with both hosts', () => {
    const hosts = healthyHosts();
    const mail = hosts[0].sections.vms?.vms.shift();
    if (mail !== undefined) hosts[1].sections.vms?.vms.push(mail);
    const found = row(snapshot(hosts), 'mail');
    expect([found.home, found.runningOn[0]?.name]).toEqual(['kvm1', 'kvm2']);
  });

  it('does not claim that a VM of an unreachable host is current or live', () => {
    const found = row(hostDown(), 'files');
    expect(found).toMatchObject({ live: false, staleSince: T0 - 12_000 });
    // Its disk is mounted on kvm1, which does vouch for the definition.
    expect(found.sync).toBe('current');
  });

  it('does not know the sync state when the disk is out of sight', () => {
    const hosts = healthyHosts();
    hosts[2].connection = connection({ state: 'failed' });
    expect(row(snapshot(hosts), 'files').sync).toBe('unknown');
  });

  it('knows "never" only where the disk is in sight', () => {
    const hosts = healthyHosts();
    hosts[0].sections.vms?.vms.push(vm('new'));
    expect(row(snapshot(hosts), 'new').sync).toBe('never');
  });

  it('does not take an old instance for a second running one', () => {
    const from = hostDown();
    const files = from.hosts[2]?.sections.vms?.vms.find((known) => known.name === 'files');
    if (files !== undefined) from.hosts[0]?.sections.vms?.vms.push(files);
    const found = row(from, 'files');
    expect(found.runningOn.map((host) => host.name)).toEqual(['kvm1']);
    expect(found.live).toBe(true);
  });
});
