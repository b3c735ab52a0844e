import { expect, it } from 'vitest';
import { drillDifferences } from './drillOutcome.ts';
import type { FailoverRecord, FailoverVm } from './failover.ts';

const vm = (name: string, outcome: FailoverVm['outcome'], host?: string): FailoverVm => ({
  uuid: `uuid-${name}`,
  name,
  home: 'n1',
  tier: 0,
  tierName: 'Normal',
  attempts: [],
  outcome,
  reasons: [],
  handedOver: true,
  ...(host === undefined ? {} : { host }),
});
const record: FailoverRecord = {
  format: 1,
  id: '00000000-0000-4000-8000-000000000001',
  clusterId: 'c1',
  kind: 'takeover',
  failed: ['n1'],
  owners: [{ host: 'n2', from: 1 }],
  times: { begun: 1, ended: 2 },
  fencing: {},
  vms: [
    vm('web', 'running', 'n2'),
    vm('db', 'running', 'n3'),
    vm('huge', 'stays-down'),
    vm('mail', 'refused'),
    vm('new', 'running', 'n2'),
    vm('off', 'not-wanted'),
  ],
  drill: {
    by: 'anna@desk',
    at: 1,
    expected: { 'uuid-web': 'n2', 'uuid-db': 'n2', 'uuid-huge': null, 'uuid-mail': 'n3', 'uuid-off': 'n2' },
  },
  findings: [],
};

it('a drill is compared with what was expected of it', () => {
  expect(drillDifferences(record)).toEqual([
    { name: 'db', expected: 'n2', happened: 'n3' },
    { name: 'mail', expected: 'n3', happened: null },
  ]);
  expect(drillDifferences({ ...record, times: { begun: 1 } })).toBeNull();
  const { drill: _, ...real } = record;
  expect(drillDifferences(real)).toBeNull();
});
