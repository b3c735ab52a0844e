import { describe, expect, test } from 'vitest';
import type { FailoverRecord, FailoverVm, StartAttempt } from '../../../src/contract/failover.ts';
import { clusterSection } from '../testing/clusterViews.ts';
import { median, timeFigures } from './figures.ts';

const T = 1_700_000_000_000;

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
const attempt = (fromS: number, toS: number, outcome: StartAttempt['outcome'] = 'running'): StartAttempt => ({
  host: 'n2',
  startedAt: T + fromS * 1000,
  endedAt: T + toS * 1000,
  outcome,
});
const record = (times: Partial<FailoverRecord['times']>, ...vms: FailoverVm[]): FailoverRecord => ({
  format: 1,
  id: '11111111-1111-4111-8111-111111111111',
  clusterId: 'c1',
  kind: 'takeover',
  failed: ['n1'],
  owners: [{ host: 'n2', from: T }],
  times: { begun: T, ...times },
  fencing: {},
  vms,
  findings: [],
});

describe('how long things take', () => {
  test('is experience where nothing was measured', () => {
    const figures = timeFigures(clusterSection({ n1: true, n2: true, n3: true }), 3, []);
    expect(figures).toMatchObject({ fencingS: 11, preparationS: 1, agentS: 20 });
    expect(figures.detectionS).toBeCloseTo(8.03);
    expect(figures.startS('uuid-a')).toBe(2);
  });

  test.each([
    [{ method: 'sbd-disk', watchdog: { timeoutS: 15 } }, 31],
    [{ method: 'sbd-watchdog', watchdog: {} }, 11],
    [{ method: 'agent', watchdog: { timeoutS: 15 } }, 10],
  ] as const)('follows the fencing: %j', (more, expected) => {
    const section = clusterSection({ n1: true });
    const fencing = { ...section.fencing, ...more };
    expect(timeFigures({ ...section, fencing }, 3, []).fencingS).toBe(expected);
  });

  test.each([
    [{ tokenMs: 1650, consensusMs: 1980 }, 'sbd-disk', 3.63, 11],
    [{ tokenMs: 1000 }, 'sbd-disk', 2.2, 11],
    [{ msgwaitS: 30, stonithWatchdogTimeoutS: 20 }, 'sbd-disk', 8.03, 31],
    [{ msgwaitS: 30, stonithWatchdogTimeoutS: 20 }, 'sbd-watchdog', 8.03, 21],
    [{ watchdogS: 7, stonithWatchdogTimeoutS: -1 }, 'sbd-watchdog', 8.03, 15],
  ] as const)('follows what the engine says: %j with %s', (timing, method, detectionS, fencingS) => {
    const section = clusterSection({ n1: true }, { timing });
    const figures = timeFigures({ ...section, fencing: { ...section.fencing, method } }, 3, []);
    expect(figures.detectionS).toBeCloseTo(detectionS);
    expect(figures.fencingS).toBe(fencingS);
  });

  test('is the median of what was measured', () => {
    const figures = timeFigures(null, 2, [
      record({ detected: T, fenced: T + 12_000 }, vm('a', attempt(14, 17), attempt(20, 80, 'hung'))),
      record({ detected: T, fenced: T + 14_000 }, vm('a', attempt(15, 20)), vm('b', attempt(15, 16))),
      record({ detected: T, fenced: T + 40_000 }, vm('c')),
      record({ detected: T + 5000, fenced: T }, vm('d', { host: 'n2', startedAt: T })),
    ]);
    expect(figures.fencingS).toBe(14);
    expect(figures.preparationS).toBe(1);
    expect(figures.startS('uuid-a')).toBe(4);
    expect(figures.startS('uuid-new')).toBe(3);
  });

  test('learns fencing only from takeovers, starts from any', () => {
    const rejoin = {
      ...record({ detected: T, fenced: T + 50_000 }, vm('a', attempt(60, 69))),
      kind: 'rejoin' as const,
    };
    const figures = timeFigures(null, 2, [rejoin]);
    expect(figures.fencingS).toBe(11);
    expect(figures.startS('uuid-a')).toBe(9);
  });

  test.each([
    [[], undefined],
    [[3], 3],
    [[4, 1], 2.5],
    [[9, 1, 2], 2],
  ])('the median of %j is %j', (values, expected) => expect(median(values)).toBe(expected));
});
