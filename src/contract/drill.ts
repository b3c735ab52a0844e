import { z } from 'zod';
import { findingSchema } from './finding.ts';
import { planSchema } from './plan.ts';

/** A fire drill: what would happen if a host failed, tried on the real cluster. */

const milliseconds = z.number().nonnegative();

/** One VM of the host, as its quorum disk has it, and as the host that would get it judges it. */
export const rehearsedVmSchema = z.object({
  uuid: z.string(),
  name: z.string(),
  /**
   * `starts`: on `host`. `stays-down`: by the plan. `refused`: its definition on the quorum disk is not believed.
   * `runs-elsewhere`: it runs on `host` already and would be left alone.
   */
  outcome: z.enum(['starts', 'stays-down', 'refused', 'runs-elsewhere']),
  host: z.string().optional(),
  /** Why it stays down or is refused. */
  reasons: z.array(z.string()),
  /** What `host` found that would keep it from starting there; empty: nothing. Absent: it was not asked, or gave no answer. */
  problems: z.array(z.string()).optional(),
});
export type RehearsedVm = z.infer<typeof rehearsedVmSchema>;

/** Everything that a takeover does, short of fencing the host and starting a VM. */
export const rehearsalSchema = z.object({
  target: z.string(),
  /** The host that went through it. */
  by: z.string(),
  at: z.number(),
  vms: z.array(rehearsedVmSchema),
  /** VMs of its quorum disk that do not run now, so that nobody would start them. */
  notWanted: z.number().int().nonnegative(),
  plan: planSchema,
  /** How long each part took. */
  took: z.object({ survey: milliseconds, disk: milliseconds, checks: milliseconds }),
  /** What would keep the takeover from beginning or going well. */
  findings: z.array(findingSchema),
});
export type Rehearsal = z.infer<typeof rehearsalSchema>;

/** Kept in the record of a failover that was brought about on purpose. */
export const drillSchema = z.object({
  by: z.string(),
  at: z.number(),
  /** What was expected: by VM uuid the host on which it would run; null: it would stay down. */
  expected: z.record(z.string(), z.string().nullable()),
});
export type Drill = z.infer<typeof drillSchema>;

export const expectedOf = (rehearsal: Pick<Rehearsal, 'vms'>): Drill['expected'] =>
  Object.fromEntries(
    rehearsal.vms.map(({ uuid, outcome, host }) => [
      uuid,
      outcome === 'starts' || outcome === 'runs-elsewhere' ? (host ?? null) : null,
    ]),
  );
