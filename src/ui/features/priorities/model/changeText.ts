import { vmsText } from '../words.ts';
import type { Change } from './change.ts';

/** A change in words, for one that cannot be done again: "move web-1 into tier First". */
export function changeText(change: Change, nameOf: (uuid: string) => string): string {
  switch (change.kind) {
    case 'move':
      return `move ${vmsText(change.vms, nameOf)} in tier ${change.tier}`;
    case 'unlist':
      return `take ${vmsText(change.vms, nameOf)} out of the tiers`;
    case 'add-tier':
      return `add tier ${change.name}`;
    case 'rename-tier':
      return `rename tier ${change.tier} to ${change.name}`;
    case 'remove-tier':
      return `remove tier ${change.tier}`;
    case 'move-tier':
      return `move tier ${change.tier}`;
    case 'set-readiness':
      return `change when tier ${change.tier} is ready`;
    case 'set-threshold':
      return `change the threshold${change.host === null ? '' : ` of ${change.host}`}`;
    case 'set-over-cpu':
      return 'change what is done if no host is below its CPU threshold';
    case 'set-restart':
    case 'set-allowed':
    case 'set-preferred':
      return `change the rules of ${vmsText(change.vms, nameOf)}`;
    case 'add-group':
      return `add rule ${change.group.name}`;
    case 'set-group':
      return `change rule ${change.name}`;
    case 'remove-group':
      return `remove rule ${change.name}`;
    case 'set-takeover':
      return 'change the takeover settings';
  }
}
