import { describe, expect, test } from 'vitest';
import type { FailoverRecord, FailoverVm, StartAttempt } from '../../../src/contract/failover.ts';
import { initialPolicy } from '../../../src/contract/policy.ts';
import { startTimeProblems } from './startTimes.ts';

const T = 1_700_000_000_000;
const attempt = (
  fromS: number,
  toS: number,
  outcome: NonNullable<StartAttempt['outcome']> = 'running',
): StartAttempt => ({ host: 'n2', startedAt: T + fromS * 1000, endedAt: T + toS * 1000, outcome });
const vm = (name: string, ...attempts: StartAttempt[]): FailoverVm => ({
  uuid: `uuid-${name}`,
  name,
  home: 'n1',
  tier: 0,
  tierName: 'Normal',
  attempts,
  outcome: 'running',
  reasons: [],
  handedOver: true,
});
const record = (...vms: FailoverVm[]): FailoverRecord => ({
  format: 1,
  id: '11111111-1111-4111-8111-111111111111',
  clusterId: 'c1',
  kind: 'takeover',
  failed: ['n1'],
  owners: [{ host: 'n2', from: T }],
  times: { begun: T },
  fencing: {},
  vms,
  findings: [],
});
const problems = (startTimeoutS: number, ...records: FailoverRecord[]) =>
  startTimeProblems({ ...initialPolicy.takeover, startTimeoutS }, records);

describe('the time after which a start is given up', () => {
  test('fits where starts took much less, or nothing is known', () => {
    expect(problems(60)).toEqual([]);
    expect(problems(60, record(vm('a', attempt(0, 45))))).toEqual([]);
  });

  test('is little for a VM that took nearly as long', () => {
    expect(problems(60, record(vm('a', attempt(0, 50)), vm('b', attempt(0, 2))))).toEqual([
      {
        id: 'start-timeout-short',
        severity: 'warning',
        title: 'A start is given up after 60 s, which is little for a.',
        cause: 'In past failovers it took: a 50 s.',
        remedy: 'Raise it under Priorities, Takeover, to at least 70 s.',
      },
    ]);
  });

  test('goes by the latest start of each VM', () => {
    const before = record(vm('a', attempt(0, 50)), vm('b', attempt(0, 3)));
    const after = record(vm('a', attempt(100, 103)), vm('b', attempt(100, 155)));
    const [problem] = problems(60, after, before);
    expect(problem?.cause).toBe('In past failovers it took: b 55 s.');
  });

  test('names the slowest first, and no more than four', () => {
    const slow = ['a', 'b', 'c', 'd', 'e'].map((name, index) => vm(name, attempt(0, 50 + index)));
    const [problem] = problems(60, record(...slow));
    expect(problem?.title).toContain('5 VMs');
    expect(problem?.cause).toContain('e 54 s, d 53 s, c 52 s, b 51 s and 1 more');
  });

  test('takes no start that failed or was given up, and none with a clock set back, for a measure', () => {
    const vms = [vm('a', attempt(0, 59, 'hung')), vm('b', attempt(0, 59, 'failed')), vm('c', attempt(90, 0))];
    expect(problems(60, record(...vms))).toEqual([]);
  });
});
