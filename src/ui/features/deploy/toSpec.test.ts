import { describe, expect, it } from 'vitest';
import type { FenceAgent } from '../../../contract/deployment.ts';
import { deploymentSpecSchema } from '../../../contract/deployment.ts';
import { threeFacts } from '../../testing/fixtures/facts.ts';
import { withDefaults } from './defaults/withDefaults.ts';
import { type DeployDraft, emptyDraft } from './draft.ts';
import { fieldNames, firstIncomplete, toSpec } from './toSpec.ts';

const hostIds = ['kvm1', 'kvm2', 'kvm3'];
const draft = withDefaults(
  { ...emptyDraft(), hostIds },
  { facts: threeFacts(), consoleAddresses: [], takenNames: [] },
);

const agent: FenceAgent = {
  name: 'fence_ipmilan',
  description: '',
  parameters: [
    { name: 'ip', description: '', required: true, secret: false, type: 'string' },
    { name: 'username', description: '', required: true, secret: false, type: 'string' },
    { name: 'password', description: '', required: false, secret: true, type: 'string' },
    { name: 'lanplus', description: '', required: true, secret: false, type: 'boolean', default: '0' },
  ],
};

const problemOf = (
  change: Partial<DeployDraft>,
  step: 'hosts' | 'network' | 'storage' | 'fencing',
  field: string,
) => toSpec({ ...draft, ...change }, null).problems[step][field];

describe('the specification from the wizard’s fields', () => {
  it('is valid from the defaults alone', () => {
    const { spec } = toSpec(draft, null);
    expect(deploymentSpecSchema.parse(spec)).toEqual(spec);
    expect(spec?.hosts[1]).toEqual({
      hostId: 'kvm2',
      nodeName: 'kvm2',
      linkAddresses: ['10.10.0.12', '10.77.1.12', '10.77.2.12'],
    });
    expect(spec?.quorumDisks).toEqual({
      kind: 'device',
      devices: Object.fromEntries(hostIds.map((id) => [id, `/dev/disk/by-id/lun-qd-${id}`])),
    });
  });

  it('names devices after the nodes, not the inventory', () => {
    const { spec } = toSpec({ ...draft, nodeNames: { kvm1: 'a', kvm2: 'b', kvm3: 'c' } }, null);
    expect(spec?.quorumDisks.kind === 'device' ? Object.keys(spec.quorumDisks.devices) : []).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('says "none" for a watchdog that is not there', () =>
    expect(toSpec({ ...draft, watchdog: ' ' }, null).spec?.fencing).toMatchObject({ watchdog: 'none' }));

  it.each([
    [{ hostIds: ['kvm1'] }, 'hosts', 'hosts', 'Choose 2 to 32 hosts.'],
    [{ clusterName: 'über' }, 'network', 'clusterName', 'Use up to 32 letters'],
    [{ nodeNames: { kvm1: 'a', kvm2: 'A', kvm3: 'c' } }, 'network', 'nodeName:kvm2', 'one name'],
    [{ nodeNames: { kvm1: 'a b', kvm2: 'b', kvm3: 'c' } }, 'network', 'nodeName:kvm1', 'letters, digits'],
    [{ links: [] }, 'network', 'links', 'Add 1 to 8'],
    [{ tokenMs: '3s' }, 'network', 'tokenMs', '500 to 60000'],
    [{ transport: 'udp-broadcast' }, 'network', 'links', 'only one link'],
    [
      { transport: 'udp-multicast', multicastAddress: '10.0.0.1' },
      'network',
      'multicastAddress',
      'multicast',
    ],
    [{ transport: 'udp-multicast', udpPort: '' }, 'network', 'udpPort', 'port'],
    [{ sharedFolders: [] }, 'storage', 'sharedFolders', 'at least one'],
    [{ sharedFolders: ['/a/../b'] }, 'storage', 'sharedFolder:0', '..'],
    [{ quorumDevices: { kvm1: '/dev/a', kvm2: '/dev/a' } }, 'storage', 'quorumDevice:kvm2', 'of its own'],
    [{ quorumDevices: { kvm1: '/dev/a' } }, 'storage', 'quorumDevice:kvm2', 'Choose a device'],
    [{ quorumDisks: 'image', imageSizeMiB: '10' }, 'storage', 'imageSizeMiB', '32 to 4096'],
    [{ quorumDisks: 'image', imageFolder: 'vms' }, 'storage', 'imageFolder', 'absolute path'],
    [{ poisonPillDisks: ['/srv/x'] }, 'fencing', 'poisonPillDisk:0', 'under /dev'],
    [{ poisonPillDisks: ['/dev/disk/by-id/lun-qd-kvm1'] }, 'fencing', 'poisonPillDisk:0', 'quorum disk'],
    [{ poisonPillDisks: ['/dev/a', '/dev/a'] }, 'fencing', 'poisonPillDisk:1', 'twice'],
    [{ fencing: 'sbd-watchdog', watchdog: '' }, 'fencing', 'watchdog', 'under /dev'],
    [{ fencing: 'agent' }, 'fencing', 'agent', 'Choose a fence agent'],
  ] as const)('tells where and why not: %j', (change, step, field, text) =>
    expect(problemOf(change as Partial<DeployDraft>, step, field)).toContain(text),
  );

  it('finds a wrong address on its link and host', () => {
    const links = draft.links.map((link, index) =>
      index === 1 ? { ...link, addresses: { ...link.addresses, kvm3: '10.77.1.999' } } : link,
    );
    expect(problemOf({ links }, 'network', fieldNames.linkAddress(1, 'kvm3'))).toContain('IP address');
  });

  it('asks for what the fence agent needs, once or for each host', () => {
    const with_ = { ...draft, fencing: 'agent' as const, agent: 'fence_ipmilan', agentPerHostNames: ['ip'] };
    expect(Object.keys(toSpec(with_, agent).problems.fencing)).toEqual([
      'host:ip:kvm1',
      'host:ip:kvm2',
      'host:ip:kvm3',
      'shared:username',
    ]);
    const filled = {
      ...with_,
      agentShared: { username: 'admin', password: 'x', ip: 'left over' },
      agentPerHost: { kvm1: { ip: '1' }, kvm2: { ip: '2' }, kvm3: { ip: '3' } },
    };
    expect(toSpec(filled, agent).spec?.fencing).toEqual({
      method: 'agent',
      agent: 'fence_ipmilan',
      shared: { username: 'admin', password: 'x' },
      perHost: { kvm1: { ip: '1' }, kvm2: { ip: '2' }, kvm3: { ip: '3' } },
    });
  });

  it('leads to the first step that is not complete', () => {
    expect(firstIncomplete(toSpec({ ...draft, sharedFolders: [], links: [] }, null).problems)).toBe(
      'network',
    );
    expect(firstIncomplete(toSpec(draft, null).problems)).toBeNull();
  });
});
