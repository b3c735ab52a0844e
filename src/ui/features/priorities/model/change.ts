import type {
  GroupRule,
  OverCpu,
  ReadinessCondition,
  TakeoverSettings,
  Thresholds,
  VmRule,
} from '../../../../contract/policy.ts';

/** Between which VMs of its tier a VM is put. Both null: at the end of the tier. */
export interface Anchors {
  after: string | null;
  before: string | null;
}

/**
 * One thing the admin did to the policy. Told in names and uuids rather than indices, so that it can be done again on a
 * policy that somebody else has changed meanwhile.
 */
export type Change =
  | { kind: 'move'; vms: string[]; tier: string; anchors: Anchors }
  /** Takes VMs out of all tiers: they come last, by name. */
  | { kind: 'unlist'; vms: string[] }
  /** Comes right above the tier `before`; null: last. */
  | { kind: 'add-tier'; name: string; before: string | null }
  | { kind: 'rename-tier'; tier: string; name: string }
  /** Its VMs go to the end of the tier above, or, of the first tier, to the beginning of the next. */
  | { kind: 'remove-tier'; tier: string }
  | { kind: 'move-tier'; tier: string; before: string | null }
  | { kind: 'set-readiness'; tier: string; readiness: ReadinessCondition }
  /** `host` null: the cluster's default. `value` null: the host has no value of its own any more. */
  | { kind: 'set-threshold'; host: string | null; part: keyof Thresholds; value: number | null }
  | { kind: 'set-over-cpu'; overCpu: OverCpu }
  | { kind: 'set-restart'; vms: string[]; restart: NonNullable<VmRule['restart']> }
  /** Null: any host. */
  | { kind: 'set-allowed'; vms: string[]; hosts: string[] | null }
  | { kind: 'set-preferred'; vms: string[]; host: string | null }
  | { kind: 'add-group'; group: GroupRule }
  | { kind: 'set-group'; name: string; group: GroupRule }
  | { kind: 'remove-group'; name: string }
  | { kind: 'set-takeover'; settings: Partial<TakeoverSettings> };

/**
 * What two changes in a row are about, if the second only goes on with the first (a slider that is dragged, a figure that
 * is typed): they count as one. Null: a change of its own.
 */
export function continuationOf(change: Change): string | null {
  switch (change.kind) {
    case 'set-threshold':
      return change.value === null ? null : `${change.kind}/${change.host ?? ''}/${change.part}`;
    case 'set-takeover':
      return `${change.kind}/${Object.keys(change.settings).join()}`;
    case 'set-readiness':
      return `${change.kind}/${change.tier}/${change.readiness.kind}`;
    case 'move':
    case 'unlist':
    case 'add-tier':
    case 'rename-tier':
    case 'remove-tier':
    case 'move-tier':
    case 'set-over-cpu':
    case 'set-restart':
    case 'set-allowed':
    case 'set-preferred':
    case 'add-group':
    case 'set-group':
    case 'remove-group':
      return null;
  }
}
