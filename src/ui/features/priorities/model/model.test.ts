import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { initialPolicy, type Policy, policySchema } from '../../../../contract/policy.ts';
import { applyChange } from './applyChange.ts';
import type { Change } from './change.ts';
import {
  changesOf,
  type Draft,
  emptyDraft,
  policyOf,
  redo,
  replay,
  samePolicy,
  undo,
  withChange,
} from './draft.ts';
import { dropChange, inOrder, isGap, listRows, placeChange, stepChange } from './listRows.ts';

// Thousands of cases take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const vm = fc.constantFrom(...Array.from({ length: 12 }, (_, index) => `vm${index}`));
const tierName = fc.constantFrom('A', 'B', 'C', 'D');
const host = fc.constantFrom('n1', 'n2', 'n3');
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const vms = fc.uniqueArray(vm, { minLength: 1, maxLength: 5 });

const policies: fc.Arbitrary<Policy> = fc
  .tuple(
    fc.uniqueArray(tierName, { minLength: 1, maxLength: 4 }),
    fc.shuffledSubarray(Array.from({ length: 12 }, (_, index) => `vm${index}`)),
    fc.infiniteStream(fc.nat(3)),
  )
  .map(([names, listed, cuts]) => {
    const tiers = names.map((name) => ({
      name,
      vms: [] as string[],
      readiness: { kind: 'started' as const },
    }));
    for (const uuid of listed) tiers[(cuts.next().value ?? 0) % tiers.length]?.vms.push(uuid);
    return { ...initialPolicy, tiers };
  });

const group = fc.record({
  name: fc.constantFrom('g1', 'g2'),
  kind: fc.constantFrom('keep-together' as const, 'keep-apart' as const),
  vms,
});

const orderChanges: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('move' as const),
    vms,
    tier: tierName,
    anchors: fc.record({ after: maybe(vm), before: maybe(vm) }),
  }),
  fc.record({ kind: fc.constant('unlist' as const), vms }),
  fc.record({ kind: fc.constant('add-tier' as const), name: tierName, before: maybe(tierName) }),
  fc.record({ kind: fc.constant('rename-tier' as const), tier: tierName, name: tierName }),
  fc.record({ kind: fc.constant('remove-tier' as const), tier: tierName }),
  fc.record({ kind: fc.constant('move-tier' as const), tier: tierName, before: maybe(tierName) }),
);

const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: orderChanges },
  fc.record({
    kind: fc.constant('set-readiness' as const),
    tier: tierName,
    readiness: fc.record({ kind: fc.constant('delay' as const), seconds: fc.integer({ min: 1, max: 90 }) }),
  }),
  fc.record({
    kind: fc.constant('set-threshold' as const),
    host: maybe(host),
    part: fc.constantFrom('minFreeMemory' as const, 'maxCpuPercent' as const),
    value: maybe(fc.integer({ min: 0, max: 100 })),
  }),
  fc.record({
    kind: fc.constant('set-over-cpu' as const),
    overCpu: fc.constantFrom('start' as const, 'leave-down' as const),
  }),
  fc.record({
    kind: fc.constant('set-restart' as const),
    vms,
    restart: fc.constantFrom('restart' as const, 'leave-down' as const),
  }),
  fc.record({ kind: fc.constant('set-allowed' as const), vms, hosts: maybe(fc.uniqueArray(host)) }),
  fc.record({ kind: fc.constant('set-preferred' as const), vms, host: maybe(host) }),
  fc.record({ kind: fc.constant('add-group' as const), group }),
  fc.record({ kind: fc.constant('set-group' as const), name: fc.constantFrom('g1', 'g2'), group }),
  fc.record({ kind: fc.constant('remove-group' as const), name: fc.constantFrom('g1', 'g2') }),
  fc.record({
    kind: fc.constant('set-takeover' as const),
    settings: fc.record({ startsPerHost: fc.integer({ min: 1, max: 32 }) }),
  }),
);

const listed = (policy: Policy) => policy.tiers.flatMap((tier) => tier.vms);
const sorted = (list: Iterable<string>) => [...list].sort();

/** The VMs that the tiers must list after a change, whatever their order. */
function expectedListed(policy: Policy, change: Change): Set<string> {
  const before = new Set(listed(policy));
  if (change.kind === 'move') for (const uuid of change.vms) before.add(uuid);
  if (change.kind === 'unlist') for (const uuid of change.vms) before.delete(uuid);
  return before;
}

function draftOf(base: Policy, list: readonly Change[]): Draft {
  return list.reduce((draft, change) => {
    const next = withChange(draft, change);
    return 'refused' in next ? draft : next;
  }, emptyDraft(base));
}

describe('changes to a policy', () => {
  it('lose no VM and double none, and always leave a policy', () => {
    fc.assert(
      fc.property(policies, changes, (policy, change) => {
        const before = structuredClone(policy);
        const applied = applyChange(policy, change);
        expect(policy).toEqual(before);
        if ('refused' in applied) return;
        expect(sorted(listed(applied.policy))).toEqual(sorted(expectedListed(policy, change)));
        expect(policySchema.safeParse(applied.policy).success).toBe(true);
        const names = applied.policy.tiers.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('keep the order of all VMs that do not move', () => {
    fc.assert(
      fc.property(policies, vms, tierName, maybe(vm), (policy, moved, tier, before) => {
        const applied = applyChange(policy, {
          kind: 'move',
          vms: moved,
          tier,
          anchors: { after: null, before },
        });
        if ('refused' in applied) return;
        const staying = (one: Policy) => listed(one).filter((uuid) => !moved.includes(uuid));
        expect(staying(applied.policy)).toEqual(staying(policy));
        const place = listed(applied.policy).indexOf(moved[0] ?? '');
        expect(listed(applied.policy).slice(place, place + moved.length)).toEqual(moved);
      }),
    );
  });

  it('put VMs of a removed tier where they kept their place in the order', () => {
    fc.assert(
      fc.property(policies, tierName, (policy, tier) => {
        const applied = applyChange(policy, { kind: 'remove-tier', tier });
        const after = 'policy' in applied ? applied.policy : policy;
        expect(listed(after)).toEqual(listed(policy));
      }),
    );
  });

  it('can all be taken back and done again', () => {
    fc.assert(
      fc.property(policies, fc.array(changes, { maxLength: 12 }), (base, list) => {
        const draft = draftOf(base, list);
        const back = draft.steps.reduce(undo, draft);
        expect(policyOf(back)).toBe(base);
        const again = draft.steps.reduce(redo, back);
        expect(policyOf(again)).toEqual(policyOf(draft));
        expect(again.undone).toEqual([]);
      }),
    );
  });

  it('can be put on top of another policy without losing a VM', () => {
    fc.assert(
      fc.property(
        policies,
        fc.array(changes, { maxLength: 8 }),
        fc.array(changes, { maxLength: 8 }),
        (base, mine, theirs) => {
          const draft = draftOf(base, mine);
          const other = policyOf(draftOf(base, theirs));
          const result = replay(changesOf(draft), other);
          const order = listed(policyOf(result.draft));
          expect(new Set(order).size).toBe(order.length);
          const unlisted = new Set(mine.flatMap((change) => (change.kind === 'unlist' ? change.vms : [])));
          expect(listed(other).filter((uuid) => !unlisted.has(uuid) && !order.includes(uuid))).toEqual([]);
          expect(policyOf(replay(changesOf(draft), base).draft)).toEqual(policyOf(draft));
        },
      ),
    );
  });

  it('count a slider that is dragged as one change', () => {
    const set = (value: number): Change => ({
      kind: 'set-threshold',
      host: null,
      part: 'maxCpuPercent',
      value,
    });
    const draft = draftOf(initialPolicy, [set(80), set(70), set(60)]);
    expect(changesOf(draft)).toEqual([set(60)]);
    expect(samePolicy(policyOf(draftOf(initialPolicy, [set(80), set(90)])), initialPolicy)).toBe(true);
    expect(draftOf(initialPolicy, [set(80), set(90)]).steps).toEqual([]);
  });
});

describe('the list', () => {
  const names = Array.from({ length: 15 }, (_, index) => ({ uuid: `vm${index}`, name: `name ${index}` }));

  it('shows every VM once, in restart order', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const uuids = listRows(policy, names).flatMap((row) => (row.kind === 'vm' ? [row.uuid] : []));
        expect(sorted(uuids)).toEqual(sorted(names.map(({ uuid }) => uuid)));
        expect(uuids.slice(0, listed(policy).length)).toEqual(listed(policy));
      }),
    );
  });

  it('puts what is dropped in a gap right there, also while filtered', () => {
    fc.assert(
      fc.property(policies, fc.uniqueArray(vm), vms, fc.nat(), (policy, hidden, chosen, at) => {
        const rows = listRows(policy, names, (uuid) => !hidden.includes(uuid));
        const moved = inOrder(rows, new Set(chosen));
        const gaps = rows.flatMap((_, index) => (isGap(rows, index, new Set(moved)) ? [index] : []));
        const gap = gaps[at % gaps.length] ?? 0;
        const change = dropChange(policy, rows, gap, moved);
        if (change === null || moved.length === 0) return;
        const applied = applyChange(policy, change);
        if ('refused' in applied) throw new Error(applied.refused);
        const order = (list: typeof rows) =>
          list.flatMap((row) => (row.kind === 'vm' && row.tier === null ? [] : [row.key]));
        const after = order(listRows(applied.policy, names, (uuid) => !hidden.includes(uuid)));
        const above = rows[gap]?.key ?? '';
        const expected = order(rows).filter((key) => !moved.includes(key));
        if (change.kind === 'move') expected.splice(expected.indexOf(above) + 1, 0, ...moved);
        expect(after).toEqual(expected.filter((key) => key !== 'unlisted' || after.includes(key)));
      }),
    );
  });

  it('steps down and up again to where it was', () => {
    fc.assert(
      fc.property(policies, vm, (policy, uuid) => {
        const rows = listRows(policy, names);
        const down = stepChange(policy, rows, new Set([uuid]), 1);
        if (down === null || !listed(policy).includes(uuid)) return;
        const lower = applyChange(policy, down);
        if ('refused' in lower) throw new Error(lower.refused);
        expect(samePolicy(lower.policy, policy)).toBe(false);
        const up = stepChange(lower.policy, listRows(lower.policy, names), new Set([uuid]), -1);
        const back = up === null ? null : applyChange(lower.policy, up);
        expect(back).toEqual({ policy });
      }),
    );
  });

  it('moves to a place that is typed', () => {
    const tier = { name: 'A', vms: ['a', 'b', 'c'], readiness: { kind: 'started' as const } };
    const policy = { ...initialPolicy, tiers: [tier] };
    const to = (moved: string[], place: number) => {
      const applied = applyChange(policy, placeChange(tier, moved, place));
      return 'policy' in applied ? listed(applied.policy).join('') : applied.refused;
    };
    expect(to(['c'], 1)).toBe('cab');
    expect(to(['a'], 2)).toBe('bac');
    expect(to(['a', 'b'], 0)).toBe('cab');
    expect(to(['x'], 99)).toBe('abcx');
  });
});
