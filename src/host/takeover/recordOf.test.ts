import { describe, expect, it } from 'vitest';
import { initialPolicy } from '../../contract/policy.ts';
import type { HostLoss } from '../ports/clusterEngine.ts';
import { type RecordView, recordOf } from './recordOf.ts';

const view = (loss: HostLoss): RecordView => ({
  id: '0366602e-c780-4afd-9b4c-a2f017cd1f1b',
  clusterId: 'lab',
  kind: 'takeover',
  failed: ['n3'],
  owners: [{ host: 'n1', from: 3000 }],
  losses: new Map([['n3', loss]]),
  begunAt: 3000,
  mountedAt: 1000,
  vms: [],
  policy: initialPolicy,
  findings: [],
});

describe('the times of a record', () => {
  it('begin with the loss of the host', () => {
    const { times } = recordOf(view({ state: 'fenced', how: 'fence-sbd', detectedAt: 200, fencedAt: 800 }));
    expect(times).toEqual({ detected: 200, fenced: 800, mounted: 1000, begun: 3000 });
  });

  it('begin with the quorum disk of a host that gave it up before it left', () => {
    const { times } = recordOf(view({ state: 'left', detectedAt: 1400 }));
    expect(times).toEqual({ detected: 1000, mounted: 1000, begun: 3000 });
  });
});
