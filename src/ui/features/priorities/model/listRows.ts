import type { Policy, Tier } from '../../../../contract/policy.ts';
import { compareText } from '../../../../planner/restartOrder.ts';
import type { Anchors, Change } from './change.ts';

/** A line of the list: a tier's heading, a VM, or the heading above the VMs that no tier lists. */
export type ListRow =
  | { kind: 'tier'; key: string; tier: number; name: string; size: number }
  | { kind: 'vm'; key: string; uuid: string; tier: number | null; position: number }
  | { kind: 'unlisted'; key: string; size: number };

export type VmListRow = Extract<ListRow, { kind: 'vm' }>;

interface ListVm {
  uuid: string;
  name: string;
}

/**
 * The VMs in restart order, cut into tiers. `position` is the place within the tier, from 1, counting also what `shown`
 * leaves out. VMs of the policy that are not among `vms` keep their rows: the console may not see their host.
 */
export function listRows(
  policy: Policy,
  vms: readonly ListVm[],
  shown: (uuid: string) => boolean = () => true,
): ListRow[] {
  const listed = new Set<string>();
  const rows: ListRow[] = [];
  for (const [tier, { name, vms: uuids }] of policy.tiers.entries()) {
    const own = uuids.filter((uuid) => !listed.has(uuid) && listed.add(uuid));
    rows.push({ kind: 'tier', key: `tier/${name}`, tier, name, size: own.length });
    for (const [index, uuid] of own.entries()) {
      if (shown(uuid)) rows.push({ kind: 'vm', key: uuid, uuid, tier, position: index + 1 });
    }
  }
  const rest = vms
    .filter(({ uuid }) => !listed.has(uuid))
    .sort((a, b) => compareText(a.name, b.name) || compareText(a.uuid, b.uuid));
  if (rest.length > 0) rows.push({ kind: 'unlisted', key: 'unlisted', size: rest.length });
  for (const [index, { uuid }] of rest.entries()) {
    if (shown(uuid)) rows.push({ kind: 'vm', key: uuid, uuid, tier: null, position: index + 1 });
  }
  return rows;
}

/**
 * A gap is named by the index of the row above it. VMs can be put below a tier's heading, below a VM of a tier that does
 * not move itself, and into the part without a tier, which has no order of its own and so only one gap.
 */
export function isGap(rows: readonly ListRow[], index: number, moved: ReadonlySet<string>): boolean {
  const row = rows[index];
  if (row === undefined) return false;
  if (row.kind !== 'vm') return true;
  return row.tier !== null && !moved.has(row.uuid);
}

/** The gap nearest to the upper edge of row `index`, looking upwards. */
export function gapAbove(rows: readonly ListRow[], index: number, moved: ReadonlySet<string>): number | null {
  for (let at = Math.min(index, rows.length) - 1; at >= 0; at -= 1) if (isGap(rows, at, moved)) return at;
  return null;
}

/** The gap nearest below the lower edge of row `index`: that of the row itself, or the next one down. */
export function gapBelow(rows: readonly ListRow[], index: number, moved: ReadonlySet<string>): number | null {
  for (let at = index; at < rows.length; at += 1) if (isGap(rows, at, moved)) return at;
  return null;
}

/**
 * What it means to drop VMs in a gap: right before the shown VM below it, else right after the shown VM above it. VMs that
 * a filter hides stay where they are.
 */
export function dropChange(
  policy: Policy,
  rows: readonly ListRow[],
  gap: number,
  vms: readonly string[],
): Change | null {
  const row = rows[gap];
  if (row === undefined) return null;
  const moved = new Set(vms);
  const tierIndex = row.kind === 'unlisted' ? null : row.tier;
  if (tierIndex === null) return { kind: 'unlist', vms: [...vms] };
  const tier = policy.tiers[tierIndex];
  if (tier === undefined) return null;
  const below = rows.slice(gap + 1).find((other) => other.kind !== 'vm' || !moved.has(other.uuid));
  const before = below?.kind === 'vm' && below.tier === tierIndex ? below.uuid : null;
  const after = row.kind === 'vm' ? row.uuid : null;
  const anchors: Anchors = { after, before };
  return { kind: 'move', vms: [...vms], tier: tier.name, anchors };
}

/** VMs in the order in which the list shows them. */
export function inOrder(rows: readonly ListRow[], vms: ReadonlySet<string>): string[] {
  return rows.flatMap((row) => (row.kind === 'vm' && vms.has(row.uuid) ? [row.uuid] : []));
}

/** One place up or down: past the next shown VM, or over the edge of the tier. Null: there is no further. */
export function stepChange(
  policy: Policy,
  rows: readonly ListRow[],
  vms: ReadonlySet<string>,
  direction: -1 | 1,
): Change | null {
  const places = rows.flatMap((row, index) => (row.kind === 'vm' && vms.has(row.uuid) ? [index] : []));
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return null;
  const order = inOrder(rows, vms);
  if (direction < 0) {
    // The gap right above is where they are: the one before it is a place further up.
    const here = gapAbove(rows, first, vms);
    const up = here === null ? null : gapAbove(rows, here, vms);
    return up === null ? null : dropChange(policy, rows, up, order);
  }
  const down = gapBelow(rows, last + 1, vms);
  return down === null || rows[down]?.kind === 'unlisted' ? null : dropChange(policy, rows, down, order);
}

/** Into a tier at a place from 1; 0: at its end. The place counts the VMs of the tier that do not move. */
export function placeChange(tier: Tier, vms: readonly string[], place: number): Change {
  const staying = tier.vms.filter((uuid) => !vms.includes(uuid));
  const index = place <= 0 ? staying.length : Math.min(place - 1, staying.length);
  return {
    kind: 'move',
    vms: [...vms],
    tier: tier.name,
    anchors: { after: staying[index - 1] ?? null, before: staying[index] ?? null },
  };
}
