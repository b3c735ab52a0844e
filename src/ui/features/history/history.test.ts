import { describe, expect, it } from 'vitest';
import type { FailoverRecord } from '../../../contract/failover.ts';
import { T0 } from '../../testing/fixtures/hosts.ts';
import { endedRecord, rejoinRecord, runningRecord } from '../../testing/fixtures/takeovers.ts';
import { csvFile, fileName, jsonFile } from './exports.ts';
import { countsText, statusOf, titleOf } from './failoverWords.ts';
import { recordVms, standingOf } from './recordVms.ts';
import { reportText } from './report.ts';
import { stepsOf, totalMs } from './steps.ts';

const stepTable = (record: FailoverRecord) =>
  stepsOf(record).map(({ id, at, tookMs, gap }) => [id, at !== null, tookMs, gap]);

describe('the steps of a failover', () => {
  it('have their times, and how long each took', () =>
    expect(stepTable(endedRecord())).toEqual([
      ['detected', true, null, null],
      ['fenced', true, 11_400, null],
      ['mounted', true, 400, null],
      ['begun', true, 300, null],
      ['planned', true, 500, null],
      ['first', true, 2300, null],
      ['last', true, 3900, null],
      ['ended', true, 20_400, null],
    ]));

  it('say what is not recorded, and measure across the gap', () => {
    const record = endedRecord();
    const { fenced: _, mounted: __, ...times } = record.times;
    expect(stepTable({ ...record, times }).slice(1, 4)).toEqual([
      ['fenced', false, null, 'not recorded'],
      ['mounted', false, null, 'not recorded'],
      ['begun', true, 12_100, null],
    ]);
  });

  it('do not take two clocks that differ for a span of time', () => {
    const record = endedRecord();
    const times = { ...record.times, mounted: (record.times.fenced ?? 0) - 5000 };
    const steps = stepsOf({ ...record, times });
    expect(steps[2]).toMatchObject({ tookMs: null, gap: expect.stringContaining('clocks differ') });
    expect(steps[3]?.tookMs).toBe(700);
  });

  it('are still to come while it runs', () =>
    expect(stepTable(runningRecord()).slice(6)).toEqual([
      ['last', false, null, 'not yet'],
      ['ended', false, null, 'not yet'],
    ]));

  it('of a start at home leave out loss and fencing', () =>
    expect(stepTable(rejoinRecord()).map(([id]) => id)).toEqual([
      'begun',
      'planned',
      'first',
      'last',
      'ended',
    ]));

  it('add up', () => {
    expect(totalMs(endedRecord())).toBe(39_200);
    expect(totalMs(runningRecord())).toBeNull();
  });
});

describe('the VMs of a failover', () => {
  it('stand in restart order, with bars on one scale', () => {
    const rows = recordVms(endedRecord(), T0);
    expect(rows.map(({ vm }) => vm.name)).toEqual([
      'files',
      'monitoring',
      'print',
      'backup-proxy',
      'crm',
      'data-warehouse',
      'old-wiki',
    ]);
    expect(rows.map(({ afterMs }) => afterMs)).toEqual([14_900, 18_800, null, null, null, null, null]);
    expect(rows[1]?.bars.map(({ outcome }) => outcome)).toEqual(['failed', 'running']);
    for (const { from, width } of rows.flatMap(({ bars }) => bars)) {
      expect(from).toBeGreaterThanOrEqual(0);
      expect(from + width).toBeLessThanOrEqual(100.001);
    }
  });

  it('say what is under way, and nothing of the kind once nobody carries it on', () => {
    const vm = runningRecord().vms.find(({ name }) => name === 'print');
    if (vm === undefined) throw new Error('no VM');
    expect(standingOf(vm, true)).toEqual({ tone: 'working', word: 'starting on kvm2' });
    expect(standingOf(vm, false)).toEqual({ tone: 'unknown', word: 'not recorded' });
  });
});

describe('the words for a failover', () => {
  const counts = { total: 6, running: 3, down: 2, refused: 1 };

  it.each([
    [['a'], 'Takeover of a'],
    [['a', 'b'], 'Takeover of a and b'],
    [['a', 'b', 'c'], 'Takeover of a, b and c'],
  ])('name %j', (failed, title) => expect(titleOf({ kind: 'takeover', failed })).toBe(title));

  it('count', () => {
    expect(countsText(counts)).toBe('3 of 6 VMs running, 2 stay down, 1 refused');
    expect(countsText({ total: 0, running: 0, down: 0, refused: 0 })).toBe('no VM to start');
  });

  it.each([
    ['running', counts, 'working'],
    ['interrupted', counts, 'error'],
    ['ended', counts, 'warning'],
    ['ended', { ...counts, down: 0, refused: 0 }, 'ok'],
  ] as const)('%s is never better than it is', (state, of, tone) =>
    expect(statusOf({ state, counts: of }).tone).toBe(tone),
  );
});

describe('exports', () => {
  it('have names that sort and that every system takes', () => {
    expect(fileName({ ...endedRecord(), failed: ['kvm3', '../x y'] }, 'json')).toBe(
      'takeover-kvm3-.._x_y-2026-11-22T02-00-12Z.json',
    );
  });

  it('as JSON hold everything', () =>
    expect(JSON.parse(jsonFile(endedRecord()).text)).toEqual(endedRecord()));

  it('as CSV have a line for each VM, and no formula', () => {
    const record = endedRecord();
    const [first, ...rest] = record.vms;
    if (first === undefined) throw new Error('no VM');
    const lines = csvFile({ ...record, vms: [{ ...first, name: '=1+"2",x' }, ...rest] }).text.split('\r\n');
    expect(lines).toHaveLength(9);
    expect(lines[1]).toBe(`1,"'=1+""2"",x",uuid-files,kvm3,First,kvm1,kvm1,running,14.9,1,`);
  });

  it('as a report tell the whole story', () => {
    const text = reportText(endedRecord(), 'prod-a');
    for (const part of [
      '# Takeover of kvm3',
      'Result: 3 of 6 VMs running, 2 stay down, 1 refused, after 39.2 s.',
      '| Fenced | 2026-11-22 02:00:11.4 | + 11.4 s |',
      '| monitoring | Normal | kvm2 | kvm1 | running | 18.8 s | 2 |',
      'on kvm2: failed (Cannot get interface MTU on br-lan: No such device)',
      '- kvm1: 1.2 GiB free would remain, the threshold is 2 GiB',
      'error: The definition of crm on the quorum disk of kvm3 is not genuine',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('as a report say what is not recorded, and let no name break its tables', () => {
    const record = rejoinRecord();
    const [first, ...rest] = record.vms;
    if (first === undefined) throw new Error('no VM');
    const text = reportText({ ...record, vms: [{ ...first, name: 'a|b\nc' }, ...rest] }, 'prod-a');
    expect(text).toContain('| Planned | not recorded |  |');
    expect(text).toContain('| a\\|b c |');
  });
});
