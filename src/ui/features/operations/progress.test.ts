import { describe, expect, it } from 'vitest';
import type { OperationStep } from '../../../contract/operation.ts';
import { progressByHost } from './progress.ts';

const step = (id: string, host: string | null, state: OperationStep['state']): OperationStep => ({
  id,
  host,
  title: id,
  state,
});

describe('progress of an operation', () => {
  it('groups steps by host, with those of the cluster last', () => {
    const groups = progressByHost([
      step('a', null, 'done'),
      step('b', 'kvm2', 'running'),
      step('c', 'kvm1', 'failed'),
      step('d', 'kvm2', 'unchanged'),
    ]);
    expect(groups.map(({ host, steps, settled }) => [host, steps.length, settled])).toEqual([
      ['kvm2', 2, 1],
      ['kvm1', 1, 0],
      [null, 1, 1],
    ]);
    expect(groups[0]?.running.map(({ id }) => id)).toEqual(['b']);
    expect(groups[1]?.failed.map(({ id }) => id)).toEqual(['c']);
  });
});
