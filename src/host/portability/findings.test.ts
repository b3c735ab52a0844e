import { describe, expect, it } from 'vitest';
import type { VmDisk, VmSpec } from '../ports/hypervisor.ts';
import { plainSpec } from '../testing/fakeHost.ts';
import { judgePortability, type PortabilityView } from './findings.ts';
import { type PeerFacts, parseFacts } from './peerFacts.ts';

const facts: PeerFacts = {
  format: 1,
  arch: 'x86_64',
  cpuModel: 'Broadwell',
  acceleration: true,
  machines: ['pc-q35-7.2'],
  networks: ['default'],
  bridges: ['vmbr0'],
  cards: ['eth0'],
};
const view: PortabilityView = {
  host: 'n1',
  mounts: [
    { folder: '/', fsType: 'ext4', source: '/dev/sda1', readOnly: false },
    { folder: '/nfs', fsType: 'nfs4', source: 'srv:/x', readOnly: false },
  ],
  sharedFolders: ['/srv/vms'],
  peers: new Map([
    ['n2', facts],
    ['n3', facts],
  ]),
  own: facts,
};
const disk = (source: VmDisk['source'], changes: Partial<VmDisk> = {}): Partial<VmSpec> => ({
  disks: [
    {
      target: 'vda',
      device: 'disk',
      optional: false,
      ...(source === undefined ? {} : { source }),
      ...changes,
    },
  ],
});
const file = (path: string): VmDisk['source'] => ({ kind: 'file', path });
const judge = (spec: Partial<VmSpec>, changes: Partial<PortabilityView> = {}, vm = {}): string[] =>
  judgePortability(
    { name: 'vm', persistent: true, autostart: false, spec: { ...plainSpec, ...spec }, ...vm },
    { ...view, ...changes },
  ).findings.map(({ id, severity }) => `${severity} ${id}`);
const lacking = (changes: Partial<PeerFacts>, ...names: string[]): Partial<PortabilityView> => ({
  peers: new Map(['n2', 'n3'].map((name) => [name, names.includes(name) ? { ...facts, ...changes } : facts])),
});

describe('a VM can be started elsewhere', () => {
  it.each<[string, Partial<VmSpec>]>([
    ['a disk below a folder proved shared', disk(file('/srv/vms/a.qcow2'))],
    ['a disk on NFS', disk(file('/nfs/a.qcow2'))],
    ['a network disk', disk({ kind: 'network', protocol: 'rbd', name: 'p/a' })],
    ['an empty drive', disk(undefined, { device: 'cdrom' })],
    ['a local medium it can do without', disk(file('/iso/a'), { device: 'cdrom', optional: true })],
    ['a bridge all have', { nics: [{ kind: 'bridge', bridge: 'vmbr0' }] }],
    ['an emulated TPM', { tpm: 'emulated' }],
    ['the same CPU everywhere', { cpu: { mode: 'host-passthrough' } }],
  ])('%s', (_case, spec) => {
    expect(judge(spec)).toEqual([]);
  });
});

describe('a VM is unprotected, because', () => {
  it.each<[string, Partial<VmSpec>, string]>([
    ['a disk is local', disk(file('/var/lib/a')), 'error vm-disk-local'],
    ['a disk is beside the shared folder', disk(file('/srv/vmsa/a')), 'error vm-disk-local'],
    ['a medium is local', disk(file('/iso/a'), { device: 'cdrom' }), 'error vm-medium-local'],
    ['its kernel is local', { files: [{ purpose: 'kernel', path: '/boot/k' }] }, 'error vm-file-local'],
    ['a device is passed through', { hostDevices: ['PCI device 0'] }, 'error vm-host-device'],
    ['it uses the TPM of the host', { tpm: 'passthrough' }, 'error vm-tpm-passthrough'],
    ['nobody has its bridge', { nics: [{ kind: 'bridge', bridge: 'br9' }] }, 'error vm-bridge-missing'],
    ['nobody has its network', { nics: [{ kind: 'network', network: 'x' }] }, 'error vm-network-missing'],
    ['nobody has its card', { nics: [{ kind: 'direct', interface: 'eth9' }] }, 'error vm-card-missing'],
    ['nobody has its machine type', { machine: 'pc-q35-9.9' }, 'error vm-machine-missing'],
    ['nobody has its architecture', { arch: 'aarch64' }, 'error vm-machine-missing'],
  ])('%s', (_case, spec, finding) => {
    expect(judge(spec)).toEqual([finding]);
    expect(
      judgePortability(
        { name: 'v', persistent: true, autostart: false, spec: { ...plainSpec, ...spec } },
        view,
      ).protected,
    ).toBe(false);
  });

  it('nothing of it is defined', () => {
    expect(judge({}, {}, { persistent: false })).toEqual(['error vm-transient']);
  });

  it('no peer has KVM', () => {
    expect(judge({ accelerated: true }, lacking({ acceleration: false }, 'n2', 'n3'))).toEqual([
      'error vm-acceleration-missing',
    ]);
  });
});

describe('a VM can be started elsewhere, but', () => {
  it.each<[string, Partial<VmSpec>, Partial<PortabilityView>, string]>([
    [
      'not everywhere',
      { nics: [{ kind: 'bridge', bridge: 'vmbr0' }] },
      lacking({ bridges: [] }, 'n3'),
      'warning vm-bridge-missing',
    ],
    ['its disk is a device', disk({ kind: 'block', path: '/dev/vg/a' }), {}, 'warning vm-disk-unknown'],
    [
      'its pool could not be looked into',
      disk({ kind: 'volume', pool: 'p', volume: 'v' }),
      {},
      'warning vm-disk-unknown',
    ],
    [
      'it will see another CPU',
      { cpu: { mode: 'host-model' } },
      lacking({ cpuModel: 'EPYC' }, 'n2'),
      'warning vm-cpu-differs',
    ],
  ])('%s', (_case, spec, changes, finding) => {
    expect(judge(spec, changes)).toEqual([finding]);
  });

  it('libvirt starts it by itself', () => {
    expect(judge({}, {}, { autostart: true })).toEqual(['warning vm-autostart']);
  });
});

describe('what peers publish', () => {
  it('counts as not known when it cannot be understood', () => {
    const published = new Map([
      ['n2', JSON.stringify(facts)],
      ['n3', '{'],
      ['n4', '{"format":2}'],
    ]);
    expect([...parseFacts(published).keys()]).toEqual(['n2']);
  });

  it('is not held against a VM when there is none', () => {
    expect(judge({ nics: [{ kind: 'bridge', bridge: 'br9' }] }, { peers: new Map() })).toEqual([]);
  });
});
