import { describe, expect, it } from 'vitest';
import type { FenceAgent } from '../../../../contract/deployment.ts';
import { applySnapshot } from '../../../store/reduce.ts';
import { selectClusters } from '../../../store/selectors/clusters.ts';
import { initialState } from '../../../store/state.ts';
import { quorumDisk } from '../../../testing/fixtures/cluster.ts';
import { facts, threeFacts } from '../../../testing/fixtures/facts.ts';
import { healthy } from '../../../testing/fixtures/scenarios.ts';
import { emptyDraft, touch } from '../draft.ts';
import { memberProblems } from '../memberProblems.ts';
import { perHostByNature } from './agentParameters.ts';
import { commonDevices, quorumDiskCandidates } from './devices.ts';
import { commonNetworks, networkOf } from './networks.ts';
import { proposeMember } from './newMember.ts';
import { commonFenceAgents, withDefaults } from './withDefaults.ts';

const draft = { ...emptyDraft(), hostIds: ['kvm1', 'kvm2', 'kvm3'] };
const input = { facts: threeFacts(), consoleAddresses: [], takenNames: [] };

describe('networks', () => {
  it.each([
    ['10.1.2.3', 24, '10.1.2.0/24'],
    ['10.1.2.3', 8, '10.0.0.0/8'],
    ['192.168.7.200', 26, '192.168.7.192/26'],
    ['fd00:1::5', 64, 'fd00:1:0:0:0:0:0:0/64'],
    ['fd00:1:2:3:4::5', 56, 'fd00:1:2:0:0:0:0:0/56'],
    ['127.0.0.1', 8, null],
    ['169.254.3.1', 16, null],
    ['fe80::1', 64, null],
    ['::1', 128, null],
    ['10.0.0.1', 32, null],
    ['300.0.0.1', 24, null],
  ])('%s/%d is in %s', (address, prefix, network) => expect(networkOf(address, prefix)).toBe(network));

  it('finds those that all hosts share, without their private bridges', () =>
    expect(commonNetworks(threeFacts(), []).map(({ network }) => network)).toEqual([
      '10.10.0.0/24',
      '10.77.1.0/24',
      '10.77.2.0/24',
    ]));

  it('puts the network of the console last', () =>
    expect(commonNetworks(threeFacts(), ['10.10.0.12']).map((common) => common.interface)).toEqual([
      'hb1',
      'hb2',
      'mgmt0',
    ]));

  it('leaves out a network that one host is not on', () => {
    const lonely = facts(3, { addresses: [{ interface: 'x', address: '10.77.1.13', prefix: 24 }] });
    expect(commonNetworks([facts(1), facts(2), lonely], []).map(({ network }) => network)).toEqual([
      '10.77.1.0/24',
    ]);
  });

  it('takes IPv6 where there is nothing else', () => {
    const six = (number: number) =>
      facts(number, { addresses: [{ interface: 'eth0', address: `fd00::${number}`, prefix: 64 }] });
    expect(commonNetworks([six(1), six(2)], [])[0]?.addresses).toEqual({ kvm1: 'fd00::1', kvm2: 'fd00::2' });
  });
});

describe('devices', () => {
  it('calls a device by a name that lasts and that all hosts know', () => {
    const common = commonDevices(threeFacts());
    expect(common.map(({ path }) => path)).toContain('/dev/disk/by-id/lun-qd-kvm2');
    expect(common.map(({ path }) => path)).not.toContain('/dev/disk/by-id/ata-local-1');
  });

  it('knows that a device is not free if one host sees something on it', () => {
    const other = facts(2);
    other.blockDevices[1] = {
      path: '/dev/sdc',
      size: 1,
      aliases: ['/dev/disk/by-id/lun-qd-kvm1'],
      content: 'xfs',
    };
    const device = commonDevices([facts(1), other]).find(({ path }) => path.endsWith('lun-qd-kvm1'));
    expect(device?.content).toBe('xfs');
  });

  it('never offers a device that holds data as a quorum disk', () =>
    expect(quorumDiskCandidates(commonDevices(threeFacts())).map(({ path }) => path)).toEqual([
      '/dev/disk/by-id/lun-qd-kvm1',
      '/dev/disk/by-id/lun-qd-kvm2',
      '/dev/disk/by-id/lun-qd-kvm3',
    ]));
});

describe('the wizard’s defaults', () => {
  it('fill in everything that the hosts suggest', () => {
    const filled = withDefaults(draft, input);
    expect(filled.nodeNames).toEqual({ kvm1: 'kvm1', kvm2: 'kvm2', kvm3: 'kvm3' });
    expect(filled.links).toHaveLength(3);
    expect(filled.quorumDisks).toBe('device');
    expect(filled.quorumDevices.kvm2).toBe('/dev/disk/by-id/lun-qd-kvm2');
    expect(filled.sharedFolders).toEqual(['/srv/vms']);
    expect(filled.fencing).toBe('sbd-disk');
    expect(filled.poisonPillDisks).toEqual(['/dev/disk/by-id/lun-sbd']);
    expect(filled.watchdog).toBe('/dev/watchdog');
  });

  it('leave alone what the admin has changed', () => {
    const own = touch(
      { ...draft, links: [], clusterName: 'mine', quorumDisks: 'image' },
      'links',
      'quorumDisks',
    );
    const filled = withDefaults(own, { ...input, takenNames: ['other'] });
    expect(filled.links).toEqual([]);
    expect(filled.quorumDisks).toBe('image');
    expect(filled.sharedFolders).toEqual(['/srv/vms']);
  });

  it('name a host that came later without renaming the others', () => {
    const own = touch({ ...draft, nodeNames: { kvm1: 'alpha' } }, 'nodeNames');
    expect(withDefaults(own, input).nodeNames).toEqual({ kvm1: 'alpha', kvm2: 'kvm2', kvm3: 'kvm3' });
  });

  it('tell two hosts of one name apart', () => {
    const twins = [facts(1, { hostname: 'kvm.a.example' }), facts(2, { hostname: 'kvm.b.example' })];
    const filled = withDefaults({ ...draft, hostIds: ['kvm1', 'kvm2'] }, { ...input, facts: twins });
    expect(filled.nodeNames).toEqual({ kvm1: 'kvm', kvm2: 'kvm-2' });
  });

  it('take image files where there are not enough devices', () => {
    const bare = threeFacts().map((host) => ({ ...host, blockDevices: [] }));
    const filled = withDefaults(draft, { ...input, facts: bare });
    expect([filled.quorumDisks, filled.imageFolder]).toEqual(['image', '/srv/vms']);
    expect(filled.fencing).toBe('sbd-watchdog');
  });

  it('never propose a watchdog alone for two hosts', () => {
    const two = threeFacts()
      .slice(0, 2)
      .map((host) => ({ ...host, blockDevices: [] }));
    const filled = withDefaults({ ...draft, hostIds: ['kvm1', 'kvm2'] }, { ...input, facts: two });
    expect(filled.fencing).toBe('sbd-disk');
  });

  it('do not take a folder that comes from another server on one host', () => {
    const other = facts(2, { sharedFolders: [{ path: '/srv/vms', fsType: 'nfs4', source: 'old:/vms' }] });
    expect(withDefaults(draft, { ...input, facts: [facts(1), other, facts(3)] }).sharedFolders).toEqual(['']);
  });

  it('find a name that is free', () =>
    expect(withDefaults(draft, { ...input, takenNames: ['cluster1', 'cluster2'] }).clusterName).toBe(
      'cluster3',
    ));

  it('offer only agents that all hosts have', () =>
    expect(commonFenceAgents([facts(1), facts(2, { fenceAgents: ['fence_virsh'] })])).toEqual([
      'fence_virsh',
    ]));
});

describe('a host that joins a cluster', () => {
  const state = applySnapshot(initialState(), healthy());
  const [cluster] = selectClusters(state);
  const joining = facts(4, { hostname: 'kvm4.example.net' });

  it('gets its addresses on the links of the cluster', () => {
    if (cluster === undefined) throw new Error('no cluster');
    expect(proposeMember(cluster, joining, state.sections.quorumDisks)).toEqual({
      nodeName: 'kvm4',
      linkAddresses: ['10.77.1.14', '10.77.2.14'],
      quorumDiskDevice: null,
    });
  });

  it('gets a free device where the others have theirs on devices', () => {
    if (cluster === undefined) throw new Error('no cluster');
    const disks = Object.fromEntries(
      ['kvm1', 'kvm2'].map((id) => [
        id,
        { disks: [quorumDisk(id, [], { source: `/dev/disk/by-id/lun-qd-${id}` })] },
      ]),
    );
    expect(proposeMember(cluster, joining, disks).quorumDiskDevice).toBe('/dev/disk/by-id/lun-qd-kvm3');
  });

  it('cannot take the name of another, nor leave an address open', () => {
    if (cluster === undefined) throw new Error('no cluster');
    const problems = memberProblems(
      { nodeName: 'KVM1', linkAddresses: ['10.77.1.14', ''], quorumDiskDevice: '' },
      cluster,
    );
    expect(Object.keys(problems).sort()).toEqual(['link:1', 'nodeName', 'quorumDiskDevice']);
  });
});

describe('parameters of a fence agent', () => {
  const agent = (...parameters: [string, boolean][]): FenceAgent => ({
    name: 'fence_x',
    description: '',
    parameters: parameters.map(([name, required]) => ({
      name,
      required,
      description: '',
      secret: false,
      type: 'string',
    })),
  });

  it.each([
    ['a power switch', agent(['ip', true], ['plug', true]), ['plug']],
    ['a management board', agent(['ip', true], ['plug', false]), ['ip']],
    ['an agent of one device', agent(['port', false]), ['port']],
  ])('of %s differ per host by their nature', (_what, known, names) =>
    expect(perHostByNature(known)).toEqual(names),
  );
});
