import { expect, test } from 'vitest';
import { initialPolicy } from '../../../src/contract/policy.ts';
import type { ClusterInput } from '../../../src/planner/input.ts';
import { alike } from './alike.ts';

const host = { name: 'n1', memoryTotal: 1000, memoryFree: 500, cores: 4, cpuPercent: 50 };
const vm = { uuid: 'a', name: 'a', host: 'n1', memory: 10, vcpus: 1, cpuPercent: 50 };
const input = (
  more: { host?: Partial<ClusterInput['hosts'][number]>; vm?: Partial<ClusterInput['vms'][number]> } = {},
): ClusterInput => ({
  hosts: [{ ...host, ...more.host }],
  vms: [{ ...vm, ...more.vm }],
  policy: structuredClone(initialPolicy),
});
const { cpuPercent: _, ...unmeasured } = vm;

test.each([
  [true, input()],
  [true, input({ host: { cpuPercent: 52, memoryFree: 510 }, vm: { cpuPercent: 60 } })],
  [false, input({ host: { cpuPercent: 52.1 } })],
  [false, input({ host: { memoryFree: 511 } })],
  [false, input({ host: { unavailable: 'it is in maintenance' } })],
  [false, input({ host: { cores: 8 } })],
  [false, input({ vm: { cpuPercent: 61 } })],
  [false, { ...input(), vms: [unmeasured] }],
  [false, input({ vm: { host: 'n2' } })],
  [false, input({ vm: { unprotected: 'no' } })],
  [false, { ...input(), vms: [] }],
  [false, { ...input(), policy: { ...initialPolicy, revision: 1 } }],
])('%s for %j', (expected, other) => expect(alike(input(), other)).toBe(expected));
