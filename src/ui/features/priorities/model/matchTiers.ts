import type { Tier } from '../../../../contract/policy.ts';

/**
 * Which tier of `after` is which of `before`, by index: the one of the same name, else, for a tier that was renamed, the
 * nameless one with most of its VMs, or with as few VMs at the same place.
 */
export function matchTiers(before: readonly Tier[], after: readonly Tier[]): Map<number, number> {
  const matches = new Map<number, number>();
  for (const [index, { name }] of before.entries()) {
    const same = after.findIndex((tier) => tier.name === name);
    if (same >= 0) matches.set(index, same);
  }
  const free = new Set(after.keys());
  for (const index of matches.values()) free.delete(index);
  for (const [index, tier] of before.entries()) {
    if (matches.has(index)) continue;
    const vms = new Set(tier.vms);
    const [best] = [...free]
      .map((other) => ({ other, shared: after[other]?.vms.filter((uuid) => vms.has(uuid)).length ?? 0 }))
      .filter(({ other, shared }) =>
        vms.size === 0 ? other === index && after[other]?.vms.length === 0 : shared * 2 > vms.size,
      )
      .sort((a, b) => b.shared - a.shared);
    if (best === undefined) continue;
    matches.set(index, best.other);
    free.delete(best.other);
  }
  return matches;
}
