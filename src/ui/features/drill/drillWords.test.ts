import { expect, it } from 'vitest';
import type { RehearsedVm } from '../../../contract/drill.ts';
import { verdictOf, vmStatus } from './drillWords.ts';

const vm = (part: Partial<RehearsedVm> = {}): RehearsedVm => ({
  uuid: 'u',
  name: 'web',
  outcome: 'starts',
  host: 'n2',
  reasons: [],
  problems: [],
  ...part,
});
const error = { id: 'x', severity: 'error', title: '' } as const;

it.each<[string, RehearsedVm[], string]>([
  ['all fine', [vm(), vm({ outcome: 'runs-elsewhere' })], 'All of its 2 VMs would run again'],
  ['a start that would fail', [vm(), vm({ problems: ['no bridge'] })], '1 VM of 2 would not run'],
  ['one that nobody checked', [vm({ problems: undefined } as never)], '1 VM of 1 would not run'],
  ['one that stays down', [vm({ outcome: 'stays-down' })], '1 VM of 1 would not run'],
  ['none', [], 'Nothing runs on it'],
])('a dry run is summed up: %s', (_case, vms, text) => {
  expect(verdictOf({ vms, findings: [] }).text).toBe(text);
});

it('a takeover that could not begin is worse than any VM', () => {
  expect(verdictOf({ vms: [vm()], findings: [error] }).tone).toBe('error');
});

it('a VM that was not checked is not called fine', () => {
  const { problems: _, ...unchecked } = vm();
  expect(vmStatus(unchecked).tone).toBe('unknown');
});
