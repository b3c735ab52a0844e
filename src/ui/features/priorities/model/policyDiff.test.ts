import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialPolicy, type Policy } from '../../../../contract/policy.ts';
import { GiB } from '../../../testing/fixtures/hosts.ts';
import { editedPolicy } from '../../../testing/fixtures/policy.ts';
import { applyChange } from './applyChange.ts';
import type { Change } from './change.ts';
import { longestIncreasing } from './longestRun.ts';
import { policyDiff } from './policyDiff.ts';

const nameOf = (uuid: string) => uuid.replace('uuid-', '');
const after = (policy: Policy, ...changes: Change[]) =>
  changes.reduce((now, change) => {
    const applied = applyChange(now, change);
    if ('refused' in applied) throw new Error(applied.refused);
    return applied.policy;
  }, policy);
const diff = (...changes: Change[]) =>
  policyDiff(editedPolicy(), after(editedPolicy(), ...changes), nameOf).map(({ text }) => text);

describe('the difference of two policies in words', () => {
  it('names the one VM that was moved, not those it passed', () => {
    expect(
      diff({
        kind: 'move',
        vms: ['uuid-web-2'],
        tier: 'First',
        anchors: { after: null, before: 'uuid-erp-db' },
      }),
    ).toEqual(['web-2: tier Normal 3 → tier First 2']);
    expect(
      diff({
        kind: 'move',
        vms: ['uuid-files'],
        tier: 'Normal',
        anchors: { after: null, before: 'uuid-mail' },
      }),
    ).toEqual(['files: tier Normal 4 → tier Normal 1']);
  });

  it('says of two that changed places that the one moved that was moved by hand', () => {
    const swapped = after(editedPolicy(), {
      kind: 'move',
      vms: ['uuid-mail'],
      tier: 'Normal',
      anchors: { after: 'uuid-web-1', before: null },
    });
    const moved = (uuid: string) =>
      policyDiff(editedPolicy(), swapped, nameOf, new Set([uuid])).map(({ text }) => text);
    expect(moved('uuid-mail')).toEqual(['mail: tier Normal 1 → tier Normal 2']);
    expect(moved('uuid-web-1')).toEqual(['web-1: tier Normal 2 → tier Normal 1']);
    expect(policyDiff(editedPolicy(), editedPolicy(), nameOf, new Set(['uuid-mail']))).toEqual([]);
  });

  it('tells of VMs that get a place or lose it', () => {
    expect(
      diff(
        { kind: 'move', vms: ['uuid-monitoring'], tier: 'Last', anchors: { after: null, before: null } },
        { kind: 'unlist', vms: ['uuid-mail'] },
      ),
    ).toEqual(['monitoring: in no tier → tier Last 4', 'mail: tier Normal 1 → in no tier']);
  });

  it('tells of many VMs moved at once in one line', () => {
    expect(diff({ kind: 'remove-tier', tier: 'Normal' })).toEqual([
      'Tier Normal is removed',
      'mail to files (4 VMs): tier Normal 1–4 → tier First 3–6',
    ]);
  });

  it('takes a renamed tier for the same one', () => {
    expect(diff({ kind: 'rename-tier', tier: 'Normal', name: 'Services' })).toEqual([
      'Tier Normal → tier Services',
    ]);
  });

  it('tells of tiers, rules, thresholds and settings', () => {
    expect(
      diff(
        { kind: 'add-tier', name: 'Later', before: null },
        { kind: 'move-tier', tier: 'Last', before: 'First' },
        { kind: 'set-readiness', tier: 'Normal', readiness: { kind: 'delay', seconds: 30 } },
        { kind: 'set-restart', vms: ['uuid-test-iso'], restart: 'restart' },
        { kind: 'set-allowed', vms: ['uuid-mail'], hosts: ['kvm1', 'kvm2'] },
        {
          kind: 'set-group',
          name: 'Web',
          group: { name: 'Web', kind: 'keep-apart', vms: ['uuid-web-1', 'uuid-mail'] },
        },
        { kind: 'set-threshold', host: null, part: 'minFreeMemory', value: 4 * GiB },
        { kind: 'set-threshold', host: 'kvm3', part: 'minFreeMemory', value: null },
        { kind: 'set-over-cpu', overCpu: 'leave-down' },
        { kind: 'set-takeover', settings: { startsPerHost: 8, failback: 'automatic' } },
      ),
    ).toEqual([
      'New tier Later, the last one',
      'Tier Normal, the next begins: once all of it run → 30 s after its last start',
      'Tier Last: place 3 → 1',
      'test-iso: leave down → restart',
      'mail: allowed on any host → allowed on kvm1, kvm2',
      'Rule Web: also mail',
      'Rule Web: no longer web-2',
      'Threshold free memory: 2 GiB → 4 GiB',
      'Threshold free memory of kvm3: 8 GiB → as the cluster',
      'A VM for which no host is below its CPU threshold: start it anyway → leave it down',
      'Starts on one host at a time: 4 → 8',
      'VMs go home: by hand → by themselves, live',
    ]);
  });

  it('is empty for equal policies', () => {
    expect(diff()).toEqual([]);
    expect(policyDiff(initialPolicy, { ...initialPolicy, revision: 9 }, nameOf)).toEqual([]);
  });

  it('finds a longest increasing subsequence', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50), { maxLength: 9 }), (values) => {
        const chosen = [...longestIncreasing(values)]
          .sort((a, b) => a - b)
          .map((index) => values[index] ?? 0);
        expect(chosen).toEqual(chosen.toSorted((a, b) => a - b));
        const longest = (from: number, least: number): number =>
          from === values.length
            ? 0
            : Math.max(
                longest(from + 1, least),
                (values[from] ?? 0) > least ? 1 + longest(from + 1, values[from] ?? 0) : 0,
              );
        expect(chosen.length).toBe(longest(0, -1));
      }),
    );
  });
});
