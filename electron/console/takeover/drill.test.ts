import { expect, test } from 'vitest';
import type { FailoverRecord } from '../../../src/contract/failover.ts';
import { compared, drillEnd } from './drill.ts';

const record: FailoverRecord = {
  format: 1,
  id: '00000000-0000-4000-8000-000000000001',
  clusterId: 'c1',
  kind: 'takeover',
  failed: ['n1'],
  owners: [{ host: 'n2', from: 1 }],
  times: { detected: 10_000, begun: 22_000, ended: 31_000 },
  fencing: {},
  vms: [
    {
      uuid: 'u1',
      name: 'web',
      home: 'n1',
      tier: 0,
      tierName: 'Normal',
      attempts: [],
      outcome: 'running',
      host: 'n3',
      reasons: [],
      handedOver: true,
    },
  ],
  drill: { by: 'anna@desk', at: 1, expected: { u1: 'n2' } },
  findings: [],
};

test('a drill is told by its result and by what came otherwise', () => {
  expect(compared(record, 'n1').map(({ id, severity, title }) => [id, severity, title])).toEqual([
    ['drill-result', 'ok', '1 of 1 VMs ran again 21 s after the loss of n1 was detected.'],
    ['drill-otherwise', 'info', 'web came otherwise than in the dry run: expected on n2, it is on n3.'],
  ]);
});

test('a drill that went as rehearsed says so', () => {
  const asExpected = { ...record, drill: { by: 'anna@desk', at: 1, expected: { u1: 'n3' } } };
  expect(compared(asExpected, 'n1').map(({ id }) => id)).toEqual(['drill-result', 'drill-as-expected']);
});

test('a drill ends with its takeover, or with the return of the host if that came first', () => {
  const takeover = { id: 'a', kind: 'takeover' as const };
  const rejoin = { id: 'b', kind: 'rejoin' as const };
  expect(drillEnd([])).toBeUndefined();
  expect(drillEnd([takeover, { ...rejoin, ended: 3 }])).toBeUndefined();
  expect(drillEnd([{ ...takeover, ended: 2 }, rejoin])).toEqual({ takeover: 'a' });
  expect(drillEnd([rejoin])).toBeUndefined();
  expect(drillEnd([{ ...rejoin, ended: 3 }])).toEqual({});
});
