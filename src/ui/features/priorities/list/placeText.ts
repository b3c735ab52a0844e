import type { Change } from '../model/change.ts';

/** Where a move puts VMs: "tier First, before mail". */
export function placeText(change: Change, nameOf: (uuid: string) => string): string {
  if (change.kind === 'unlist') return 'in no tier, so last, by name';
  if (change.kind !== 'move') return '';
  const { after, before } = change.anchors;
  if (before !== null) return `tier ${change.tier}, before ${nameOf(before)}`;
  return after === null ? `tier ${change.tier}` : `tier ${change.tier}, after ${nameOf(after)}`;
}
