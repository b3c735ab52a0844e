import type { ClusterEvent } from '../../../contract/events.ts';
import type { Failover } from '../../store/selectors/takeovers.ts';
import { groupOf } from './eventWords.ts';
import { titleOf } from './failoverWords.ts';

export type HistoryRow =
  | { kind: 'failover'; at: number; failover: Failover }
  | { kind: 'event'; at: number; event: ClusterEvent };

export const historyViews = ['all', 'takeovers', 'rejoins', 'not-all', 'hosts', 'changes'] as const;
export type HistoryView = (typeof historyViews)[number];

/** Failovers that go on first, then everything newest first. */
export function historyRows(failovers: readonly Failover[], events: readonly ClusterEvent[]): HistoryRow[] {
  const runs = (row: HistoryRow): number =>
    Number(row.kind === 'failover' && row.failover.state === 'running');
  return [
    ...failovers.map((failover): HistoryRow => ({ kind: 'failover', at: failover.begun, failover })),
    ...events.map((event): HistoryRow => ({ kind: 'event', at: event.at, event })),
  ].sort((a, b) => runs(b) - runs(a) || b.at - a.at);
}

export function inView(row: HistoryRow, view: HistoryView): boolean {
  if (view === 'all') return true;
  if (row.kind === 'event') return view === groupOf(row.event);
  const { kind, state, counts } = row.failover;
  switch (view) {
    case 'takeovers':
      return kind === 'takeover';
    case 'rejoins':
      return kind === 'rejoin';
    case 'not-all':
      return state === 'interrupted' || counts.down + counts.refused > 0;
    case 'hosts':
    case 'changes':
      return false;
  }
}

/** Every word has to be in it somewhere. */
export function matches(row: HistoryRow, words: string): boolean {
  const text = textOf(row).toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function textOf(row: HistoryRow): string {
  if (row.kind === 'failover') return `${titleOf(row.failover)} ${row.failover.owner}`;
  const { text, details = [], by = '', host = '', notedBy } = row.event;
  return [text, ...details, by, host, notedBy].join(' ');
}
