import { z } from 'zod';
import { drillSchema } from './drill.ts';
import { findingSchema } from './finding.ts';
import { planSchema } from './plan.ts';

/**
 * The record of a takeover, written by its owner to every host. All times are Unix milliseconds of the clock of the
 * host that noted them. A record is kept while it grows: `endedAt` is absent as long as the takeover goes on.
 */

const time = z.number().int().nonnegative();

/** One try to start a VM somewhere. */
export const startAttemptSchema = z.object({
  host: z.string(),
  startedAt: time,
  endedAt: time.optional(),
  /** `hung`: given up after the time the policy allows. `unknown`: the owner died before it was told. */
  outcome: z.enum(['running', 'failed', 'hung', 'unknown']).optional(),
  /** Why it failed, in words for the admin. */
  reason: z.string().optional(),
});

export const failoverVmSchema = z.object({
  uuid: z.string(),
  name: z.string(),
  /** The host it ran on. */
  home: z.string(),
  /** Index into the policy's tiers, and the tier's name at that time. */
  tier: z.number().int().nonnegative(),
  tierName: z.string(),
  /** By the first plan; absent: the plan left it down. */
  planned: z.object({ host: z.string(), position: z.number().int().positive() }).optional(),
  attempts: z.array(startAttemptSchema),
  /**
   * `running-elsewhere`: it ran on another host already and was left alone. `not-wanted`: it was shut down before the
   * failure. `refused`: its definition is tampered with, cut short or unreadable.
   */
  outcome: z.enum(['pending', 'running', 'running-elsewhere', 'stays-down', 'not-wanted', 'refused']),
  /** Where it runs now, for `running` and `running-elsewhere`. */
  host: z.string().optional(),
  /** When it was known to run. */
  runningAt: time.optional(),
  /** Why it stays down or was refused, or why it runs where it does, in words for the admin. */
  reasons: z.array(z.string()),
  /** Its definition is on the quorum disk of its new host, and no longer on the failed host's. */
  handedOver: z.boolean(),
});

/** `takeover`: a survivor restarts a failed host's VMs. `rejoin`: a host that came back starts its own (also after a power cut of the whole site). */
export const failoverKinds = ['takeover', 'rejoin'] as const;

export const failoverRecordSchema = z.object({
  format: z.literal(1),
  /** Same for all records of one takeover, whichever owner writes. */
  id: z.uuid(),
  clusterId: z.string(),
  kind: z.enum(failoverKinds),
  /** Hosts whose VMs this is about. */
  failed: z.array(z.string()).min(1),
  /** Every owner, first to last: more than one if owners died. */
  owners: z.array(z.object({ host: z.string(), from: time })).min(1),
  /** Steps as they were reached; absent where nothing tells. */
  times: z.object({
    detected: time.optional(),
    fenced: time.optional(),
    mounted: time.optional(),
    begun: time,
    planned: time.optional(),
    ended: time.optional(),
  }),
  /** How the failed host was fenced, by host: "fence-sbd at 03:12:08", "confirmed by hand", "left in good order". */
  fencing: z.record(z.string(), z.string()),
  vms: z.array(failoverVmSchema),
  /** It was brought about on purpose, and what was expected of it. */
  drill: drillSchema.optional(),
  /** The first plan, whole: with every refusal. Later plans concern single VMs and show in `reasons`. */
  plan: planSchema.optional(),
  /** What was out of order: a peer that did not answer, a tampered definition, a full disk … */
  findings: z.array(findingSchema),
});

export const failoverSummarySchema = z.object({
  id: z.uuid(),
  kind: z.enum(failoverKinds),
  failed: z.array(z.string()),
  owner: z.string(),
  begun: time,
  ended: time.optional(),
  drill: z.boolean().optional(),
  counts: z.object({
    total: z.number().int().nonnegative(),
    running: z.number().int().nonnegative(),
    down: z.number().int().nonnegative(),
    refused: z.number().int().nonnegative(),
  }),
});

export type StartAttempt = z.infer<typeof startAttemptSchema>;
export type FailoverVm = z.infer<typeof failoverVmSchema>;
export type FailoverRecord = z.infer<typeof failoverRecordSchema>;
export type FailoverSummary = z.infer<typeof failoverSummarySchema>;

/** The line of a record in the list of all. */
export function summaryOf(record: FailoverRecord): FailoverSummary {
  const count = (...outcomes: FailoverVm['outcome'][]): number =>
    record.vms.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return {
    id: record.id,
    kind: record.kind,
    failed: record.failed,
    owner: record.owners.at(-1)?.host ?? '',
    begun: record.times.begun,
    ...(record.drill === undefined ? {} : { drill: true }),
    ...(record.times.ended === undefined ? {} : { ended: record.times.ended }),
    counts: {
      total: record.vms.filter(({ outcome }) => outcome !== 'not-wanted').length,
      running: count('running', 'running-elsewhere'),
      down: count('stays-down'),
      refused: count('refused'),
    },
  };
}
