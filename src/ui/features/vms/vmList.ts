import type { LoadSection } from '../../../contract/hostState.ts';
import { isAlive, type SyncState, type VmRow } from '../../store/selectors/vms.ts';

export const vmViews = ['all', 'running', 'away', 'unprotected', 'not-current'] as const;
export type VmView = (typeof vmViews)[number];

export const vmColumns = [
  'name',
  'state',
  'home',
  'host',
  'memory',
  'vcpus',
  'cpu',
  'sync',
  'protection',
] as const;
export type VmColumn = (typeof vmColumns)[number];

export interface VmSort {
  column: VmColumn;
  direction: 'asc' | 'desc';
}

/** Of a row in a list. A VM that two hosts take for theirs has two. */
export const vmRowKey = ({ uuid, home }: VmRow): string => `${uuid}@${home}`;

type Loads = Record<string, LoadSection>;

export function inView(row: VmRow, view: VmView): boolean {
  switch (view) {
    case 'all':
      return true;
    case 'running':
      return isAlive(row.state);
    case 'away':
      return isAway(row);
    case 'unprotected':
      return !row.protected;
    case 'not-current':
      return row.sync !== 'current';
  }
}

/** It runs, but not on the host it belongs to. */
export const isAway = (row: VmRow): boolean =>
  row.awaySince !== null || (row.runningOn.length === 1 && row.runningOn[0]?.name !== row.home);

/** Every word of the filter must stand somewhere in the VM's name, hosts or uuid. */
export function matches(row: VmRow, filter: string): boolean {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return true;
  const text = [row.name, row.home, ...row.runningOn.map((host) => host.name), row.uuid]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** CPU use of a VM in percent of one core, where it is shown to run; null: no figure. */
export function cpuOf(row: VmRow, loads: Loads): number | null {
  return loads[row.shown.host.id]?.vms[row.uuid]?.cpuPercent ?? null;
}

/** From what needs attention to what does not. */
const syncRank: Record<SyncState, number> = {
  tampered: 0,
  unreadable: 1,
  never: 2,
  stale: 3,
  unknown: 4,
  current: 5,
};

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

type Compare = (a: VmRow, b: VmRow) => number;

/** Sorted copy. Equal rows stand in order of their names, so that the list does not jump. */
export function sortRows(rows: VmRow[], sort: VmSort, loads: Loads): VmRow[] {
  const byName = comparisonByName(rows);
  const compare = sort.column === 'name' ? byName : comparison(sort.column, loads);
  const sign = sort.direction === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => sign * compare(a, b) || byName(a, b));
}

/** The place of each name in the order of names, as of the last time. */
let places: ReadonlyMap<string, number> = new Map();

/** Comparing words is slow, lists are sorted again with each change of any VM, and names hardly ever change. */
function comparisonByName(rows: readonly VmRow[]): Compare {
  if (rows.some(({ name }) => !places.has(name))) {
    const ordered = [...new Set(rows.map(({ name }) => name))].toSorted((a, b) => words.compare(a, b));
    places = new Map(ordered.map((name, place) => [name, place]));
  }
  const known = places;
  return (a, b) => (known.get(a.name) ?? 0) - (known.get(b.name) ?? 0);
}

function comparison(column: Exclude<VmColumn, 'name'>, loads: Loads): Compare {
  switch (column) {
    case 'state':
      return (a, b) => b.runningOn.length - a.runningOn.length || words.compare(a.state, b.state);
    case 'home':
      return (a, b) => words.compare(a.home, b.home);
    case 'host':
      return (a, b) => words.compare(a.runningOn[0]?.name ?? '', b.runningOn[0]?.name ?? '');
    case 'memory':
      return (a, b) => a.shown.vm.memory - b.shown.vm.memory;
    case 'vcpus':
      return (a, b) => a.shown.vm.vcpus - b.shown.vm.vcpus;
    case 'cpu':
      return (a, b) => (cpuOf(a, loads) ?? -1) - (cpuOf(b, loads) ?? -1);
    case 'sync':
      return (a, b) => syncRank[a.sync] - syncRank[b.sync];
    case 'protection':
      return (a, b) => Number(a.protected) - Number(b.protected);
  }
}
