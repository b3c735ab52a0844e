import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '../../contract/policy.ts';
import type { NewEvent } from '../history/outages.ts';

interface PolicyEdit {
  before: Policy;
  after: Policy;
  revision: number;
  editedBy: string;
  /** In the editor's words. */
  changes: readonly string[];
}

const parts: { [K in keyof Policy]?: string } = {
  tiers: 'restart order',
  thresholds: 'thresholds',
  rules: 'rules',
  takeover: 'takeover settings',
};

/** Which parts are different is found here; the words for it come from whoever edited. Pure. */
export function policyEvent({ before, after, revision, editedBy, changes }: PolicyEdit): NewEvent {
  const changed = (Object.keys(parts) as (keyof Policy)[])
    .filter((part) => !isDeepStrictEqual(before[part], after[part]))
    .flatMap((part) => parts[part] ?? []);
  const what = changed.length === 0 ? 'nothing is different' : changed.join(', ');
  return {
    kind: 'policy-changed',
    severity: 'info',
    by: editedBy,
    text: `The policy was changed (revision ${revision}): ${what}.`,
    ...(changes.length === 0 ? {} : { details: [...changes] }),
  };
}
