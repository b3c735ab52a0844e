import { describe, expect, it } from 'vitest';
import { applySnapshot } from '../../store/reduce.ts';
import { selectVmRows } from '../../store/selectors/vms.ts';
import { initialState } from '../../store/state.ts';
import { healthy, troubled } from '../../testing/fixtures/scenarios.ts';
import { inView, matches, sortRows, vmColumns } from './vmList.ts';
import { rowStatus } from './vmWords.ts';

const state = applySnapshot(initialState(), healthy());
const rows = selectVmRows(state);
const namesOf = (list: typeof rows) => list.map((row) => row.name);

describe('the list of virtual machines', () => {
  it('finds all words of the filter, in names and hosts, whatever the case', () => {
    expect(namesOf(rows.filter((row) => matches(row, 'KVM1 mai')))).toEqual(['mail']);
    expect(namesOf(rows.filter((row) => matches(row, 'süd')))).toEqual(['Büro "Süd"']);
    expect(rows.filter((row) => matches(row, '  '))).toHaveLength(rows.length);
  });

  it('shows what needs attention', () => {
    expect(namesOf(rows.filter((row) => inView(row, 'unprotected')))).toEqual(['gpu-render', 'test-iso']);
    expect(rows.filter((row) => inView(row, 'not-current'))).toEqual([]);
    expect(namesOf(rows.filter((row) => !inView(row, 'running')))).toEqual(['build-agent']);
  });

  it('sorts names as people count', () => {
    const list = ['vm10', 'vm9', 'VM1'].flatMap((name) =>
      rows[0] === undefined ? [] : [{ ...rows[0], name }],
    );
    expect(namesOf(sortRows(list, { column: 'name', direction: 'asc' }, {}))).toEqual(['VM1', 'vm9', 'vm10']);
  });

  it('sorts by memory and by measured CPU use', () => {
    expect(namesOf(sortRows(rows, { column: 'memory', direction: 'desc' }, {}))[0]).toBe('erp-db');
    const [busiest] = sortRows(rows, { column: 'cpu', direction: 'desc' }, state.sections.load);
    const figures = rows.map(
      (row) => state.sections.load[row.shown.host.id]?.vms[row.uuid]?.cpuPercent ?? -1,
    );
    expect(state.sections.load[busiest?.shown.host.id ?? '']?.vms[busiest?.uuid ?? '']?.cpuPercent).toBe(
      Math.max(...figures),
    );
  });

  it.each(vmColumns)('sorts by %s without losing a row', (column) =>
    expect(namesOf(sortRows(rows, { column, direction: 'asc' }, state.sections.load)).sort()).toEqual(
      namesOf(rows).sort(),
    ),
  );

  it('calls a VM on two hosts by what it is', () => {
    const twice = selectVmRows(applySnapshot(initialState(), troubled())).find((row) => row.name === 'mail');
    expect(twice === undefined ? null : rowStatus(twice)).toEqual({
      tone: 'error',
      word: 'running on 2 hosts',
    });
  });
});
