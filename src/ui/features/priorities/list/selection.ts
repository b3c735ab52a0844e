import type { ListRow } from '../model/listRows.ts';

/** What is chosen in the list. Keys are those of the rows. */
export interface Selection {
  /** Uuids of the chosen VMs. */
  vms: ReadonlySet<string>;
  /** The row that has the focus, or would get it. */
  active: string | null;
  /** Where a range begins. */
  anchor: string | null;
}

export const nothingSelected: Selection = { vms: new Set(), active: null, anchor: null };

export type Extend = 'only' | 'toggle' | 'range' | 'focus';

/** The selection after a click on a row, or after the focus moved there. */
export function selectRow(
  selection: Selection,
  rows: readonly ListRow[],
  index: number,
  extend: Extend,
): Selection {
  const row = rows[index];
  if (row === undefined) return selection;
  if (extend === 'focus') return { ...selection, active: row.key };
  if (extend === 'range') {
    const from = rows.findIndex(({ key }) => key === (selection.anchor ?? row.key));
    const [first, last] = from < 0 ? [index, index] : [Math.min(from, index), Math.max(from, index)];
    const vms = rows.slice(first, last + 1).flatMap((each) => (each.kind === 'vm' ? [each.uuid] : []));
    return { vms: new Set(vms), active: row.key, anchor: selection.anchor ?? row.key };
  }
  if (row.kind !== 'vm') return { vms: new Set(), active: row.key, anchor: row.key };
  if (extend === 'only') return { vms: new Set([row.uuid]), active: row.key, anchor: row.key };
  const vms = new Set(selection.vms);
  if (!vms.delete(row.uuid)) vms.add(row.uuid);
  return { vms, active: row.key, anchor: row.key };
}

export function selectAll(selection: Selection, rows: readonly ListRow[]): Selection {
  return { ...selection, vms: new Set(rows.flatMap((row) => (row.kind === 'vm' ? [row.uuid] : []))) };
}

/** The VMs that move when the VM `uuid` is moved: all that are chosen if it is one of them, else it alone. */
export function movedWith(selection: Selection, uuid: string): ReadonlySet<string> {
  return selection.vms.has(uuid) ? selection.vms : new Set([uuid]);
}
