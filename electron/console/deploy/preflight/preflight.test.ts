import { describe, expect, it } from 'vitest';
import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { debian } from '../distributions/debian.ts';
import type { ExistingCluster } from '../facts/existingCluster.ts';
import { probeOf } from '../facts/probe.ts';
import type { Inspection } from '../plan/inspection.ts';
import { assignNodeIds } from '../record.ts';
import { ScriptedHost } from '../testing/scriptedHost.ts';
import { specOf } from '../testing/specs.ts';
import { checkChoices } from './choices.ts';
import { checkClocks } from './clocks.ts';
import { checkDispatchPort } from './dispatch.ts';
import { checkExisting } from './existing.ts';
import { checkAddresses, checkPackages } from './host.ts';
import { checkIdentity } from './identity.ts';

function inspection(name: string, changes: Partial<Inspection> = {}): Inspection {
  return {
    node: { name, hostId: name, remote: new ScriptedHost(name) },
    hostname: name,
    machineId: `id-of-${name}`,
    distribution: debian,
    packages: { wanted: [], missing: [], added: [], unavailable: [], cutOff: null },
    existing: bare,
    devices: [],
    dispatch: { keys: { client: null, host: null }, rootLocked: false },
    cib: null,
    ...changes,
  };
}

const bare: ExistingCluster = { corosyncRunning: false, pacemakerRunning: false, configuredResources: false };
const manifest = (clusterId: string) => ({
  format: 1 as const,
  clusterId,
  vmclVersion: '1',
  writtenAt: 0,
  files: [],
  packages: [],
  units: [],
});
const record = (spec: DeploymentSpec) => ({ format: 1 as const, clusterId: 'ours', nodeIds: {}, spec });
const conf = {
  clusterName: 'theirs',
  transport: 'knet',
  nodes: [{ nodeId: 1, name: 'a', addresses: { 0: '10.0.0.1' } }],
};
const ids = (findings: { id: string; severity: string }[]) =>
  findings.filter((one) => one.severity !== 'ok').map((one) => one.id);

describe('the port at which hosts ask each other', () => {
  const listening = 'LISTEN 0 128 0.0.0.0:7790 0.0.0.0:* users:(("nginx",pid=7,fd=3))';

  it.each([
    ['free', '', 3, []],
    ['ours', listening, 0, []],
    ["somebody else's", listening, 3, ['port-in-use']],
  ])('may be: %s', async (_, stdout, code, expected) => {
    const host = new ScriptedHost('n1');
    host.answer = (argv) => (argv[0] === 'ss' ? { stdout } : { code });
    expect(ids(await checkDispatchPort(probeOf(host), 'n1'))).toEqual(expected);
  });
});

describe('choices', () => {
  it('are fine by default', () => {
    expect(ids(checkChoices(specOf(3)))).toEqual([]);
  });

  it.each([
    [
      'duplicate-name',
      (spec: DeploymentSpec) => ({
        ...spec,
        hosts: spec.hosts.map((host, index) => ({ ...host, nodeName: index === 1 ? 'N1' : host.nodeName })),
        quorumDisks: { kind: 'image' as const, folder: '/srv', sizeMiB: 100 },
      }),
    ],
    [
      'duplicate-host',
      (spec: DeploymentSpec) => ({ ...spec, hosts: spec.hosts.map((host) => ({ ...host, hostId: 'same' })) }),
    ],
    [
      'uneven-links',
      (spec: DeploymentSpec) => ({
        ...spec,
        hosts: spec.hosts.map((host, index) =>
          index === 0 ? { ...host, linkAddresses: ['10.0.1.11'] } : host,
        ),
      }),
    ],
    [
      'duplicate-address',
      (spec: DeploymentSpec) => ({
        ...spec,
        hosts: spec.hosts.map((host) => ({ ...host, linkAddresses: ['10.0.1.1'] })),
      }),
    ],
    [
      'one-link-only',
      (spec: DeploymentSpec) => ({ ...spec, transport: { kind: 'udp-broadcast' as const, port: 5405 } }),
    ],
    [
      'no-quorum-disk',
      (spec: DeploymentSpec) => ({
        ...spec,
        quorumDisks: { kind: 'device' as const, devices: { n1: '/dev/a', n2: '/dev/b' } },
      }),
    ],
    [
      'device-chosen-twice',
      (spec: DeploymentSpec) => ({
        ...spec,
        quorumDisks: {
          kind: 'device' as const,
          devices: { n1: '/dev/a', n2: '/dev/b', n3: '/dev/disk/by-id/sbd' },
        },
      }),
    ],
  ])('are refused as %s', (id, change) => {
    expect(ids(checkChoices(change(specOf(3))))).toContain(id);
  });

  it('let a watchdog alone fence only where a majority is left', () => {
    const fencing = { method: 'sbd-watchdog' as const, watchdog: { device: '/dev/watchdog' } };
    expect(ids(checkChoices(specOf(2, { fencing })))).toEqual(['watchdog-needs-three']);
    expect(ids(checkChoices(specOf(3, { fencing })))).toEqual([]);
  });
});

describe('an existing cluster', () => {
  const spec = specOf(3);
  it.each<[string, Partial<ExistingCluster>, string[]]>([
    ['none', {}, []],
    ['unreadable', { unreadable: 'Line 1: x' }, ['unparsable-corosync-conf']],
    ['another', { corosyncConf: conf }, ['foreign-cluster']],
    ['another of Minime', { manifest: manifest('other'), corosyncConf: conf }, ['foreign-cluster']],
    ['resources left over', { configuredResources: true }, ['left-over-resources']],
    ['ours, begun', { manifest: manifest('ours') }, []],
    [
      'ours, finished',
      { manifest: manifest('ours'), record: record(spec), corosyncConf: conf, configuredResources: true },
      [],
    ],
    [
      'ours, other choices',
      { manifest: manifest('ours'), record: record({ ...spec, clusterName: 'x' }) },
      ['cannot-change'],
    ],
  ])('%s', (_, existing, expected) => {
    expect(
      ids(checkExisting(inspection('n1', { existing: { ...bare, ...existing } }), spec, 'ours')),
    ).toEqual(expected);
  });
});

describe('hosts', () => {
  it('must be different machines under different names', () => {
    expect(ids(checkIdentity([inspection('n1'), inspection('n2')]))).toEqual([]);
    const clone = inspection('n2', { hostname: 'n1', machineId: 'id-of-n1' });
    expect(ids(checkIdentity([inspection('n1'), clone]))).toEqual(['duplicate-machine-id', 'duplicate-name']);
  });

  it.each([
    [0, []],
    [900, []],
    [3000, ['clock-skew']],
    [-60_000, ['clock-skew']],
  ])('whose clocks are %d ms apart', (ms, expected) => {
    const offsets = [
      { host: 'n1', ms: 1_000_000, uncertaintyMs: 5 },
      { host: 'n2', ms: 1_000_000 + ms, uncertaintyMs: 5 },
    ];
    expect(ids(checkClocks(offsets))).toEqual(expected);
    expect(checkClocks(offsets)[0]?.severity).toBe(
      expected.length === 0 ? 'ok' : Math.abs(ms) > 10_000 ? 'error' : 'warning',
    );
  });

  it('do not blame a clock for a slow connection', () => {
    const offsets = [
      { host: 'n1', ms: 0, uncertaintyMs: 2000 },
      { host: 'n2', ms: 2500, uncertaintyMs: 10 },
    ];
    expect(ids(checkClocks(offsets))).toEqual([]);
  });

  it('need their heartbeat addresses, the packages and a Node that is new enough', () => {
    expect(
      ids(
        checkAddresses('n1', ['10.0.0.1', '10.0.0.2'], [{ interface: 'a', address: '10.0.0.1', prefix: 24 }]),
      ),
    ).toEqual(['address-missing']);
    const packages = {
      wanted: [],
      missing: [],
      added: [],
      unavailable: ['sbd' as const],
      cutOff: null,
      nodeCandidate: '12.22.9~dfsg-1',
    };
    expect(ids(checkPackages(inspection('n1', { packages })))).toEqual([
      'package-unavailable',
      'node-too-old',
    ]);
  });
});

describe('node ids', () => {
  it('are kept, and never given to another host', () => {
    expect(assignNodeIds(['n1', 'n2'], {})).toEqual({ n1: 1, n2: 2 });
    expect(assignNodeIds(['n1', 'n4'], { n1: 1, n2: 2, n3: 3 })).toEqual({ n1: 1, n4: 4 });
    expect(assignNodeIds(['n4', 'n2'], { n2: 7 })).toEqual({ n4: 8, n2: 7 });
  });
});
