import { describe, expect, it } from 'vitest';
import type { FailoverRecord, FailoverVm } from '../../contract/failover.ts';
import { lastKnownHosts } from './lastKnown.ts';

const record = (...vms: Partial<FailoverVm>[]): FailoverRecord => ({
  format: 1,
  id: '00000000-0000-4000-8000-000000000001',
  clusterId: 'c1',
  kind: 'takeover',
  failed: ['n1'],
  owners: [{ host: 'n2', from: 1 }],
  times: { begun: 1 },
  fencing: {},
  findings: [],
  vms: vms.map((vm) => ({
    uuid: 'a',
    name: 'a',
    home: 'n1',
    tier: 0,
    tierName: '',
    attempts: [],
    outcome: 'running',
    reasons: [],
    handedOver: false,
    ...vm,
  })),
});
const runs = (host: string, handedOver = false): FailoverRecord => record({ host, handedOver });

describe('where a VM was last known to run', () => {
  it.each<[string, FailoverRecord[], string | undefined]>([
    ['by a record, not handed over', [runs('n3')], 'n3'],
    ['handed over: the disks tell', [runs('n3', true)], undefined],
    ['by the newest of several', [runs('n4'), runs('n3')], 'n4'],
    ['handed over since', [runs('n4', true), runs('n3')], undefined],
    ['while a newer one is still at it', [record({ outcome: 'pending' }), runs('n3')], 'n3'],
    ['down since', [record({ outcome: 'stays-down' }), runs('n3')], undefined],
  ])('%s', (_what, records, expected) => {
    expect(lastKnownHosts(records).get('a')).toBe(expected);
  });
});
