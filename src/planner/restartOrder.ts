import type { Policy } from '../contract/policy.ts';

/** Compares without regard to the locale, so that every host orders alike. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The VMs in restart order, highest priority first, each with the index of its tier. VMs the policy does not list come
 * last, in the last tier, by name and uuid.
 */
export function restartOrder<T extends { uuid: string; name: string }>(
  policy: Policy,
  vms: readonly T[],
): { vm: T; tier: number }[] {
  const place = new Map<string, { rank: number; tier: number }>();
  for (const [tier, { vms: listed }] of policy.tiers.entries()) {
    for (const uuid of listed) {
      if (!place.has(uuid)) place.set(uuid, { rank: place.size, tier });
    }
  }
  const unlisted = { rank: Number.POSITIVE_INFINITY, tier: policy.tiers.length - 1 };
  return vms
    .map((vm) => ({ vm, ...(place.get(vm.uuid) ?? unlisted) }))
    .sort((a, b) =>
      a.rank === b.rank
        ? compareText(a.vm.name, b.vm.name) || compareText(a.vm.uuid, b.vm.uuid)
        : a.rank - b.rank,
    )
    .map(({ vm, tier }) => ({ vm, tier }));
}
