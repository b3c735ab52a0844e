import { z } from 'zod';

/** The planner's answer. Sizes in bytes; CPU in percent of all cores of a host together, 0 to 100 and above. */

const percent = z.number();
const bytes = z.number().int();

/** Why a host does not get a VM. `refusalText` puts it into words. */
export const refusalReasonSchema = z.discriminatedUnion('kind', [
  /** The host takes no VM at all now: maintenance, libvirt does not answer … */
  z.object({ kind: z.literal('unavailable'), detail: z.string() }),
  /** Not one of the VM's allowed hosts. */
  z.object({ kind: z.literal('not-allowed') }),
  /** This VM cannot run there: its start failed there, a bridge is missing … */
  z.object({ kind: z.literal('excluded'), detail: z.string() }),
  /** `freeAfter` is negative when even the memory for the VM itself is missing. */
  z.object({ kind: z.literal('memory'), freeAfter: bytes, threshold: bytes }),
  z.object({ kind: z.literal('cpu'), percentAfter: percent, threshold: percent }),
  /** The VM named in `vm` is on this host (or, keep-together, on `on`). */
  z.object({ kind: z.literal('keep-apart'), rule: z.string(), vm: z.string() }),
  z.object({ kind: z.literal('keep-together'), rule: z.string(), vm: z.string(), on: z.string() }),
  /** Nothing speaks against this host but that the VM got its preferred one. */
  z.object({ kind: z.literal('preferred-elsewhere'), preferred: z.string() }),
  /** Nothing speaks against this host but that the load is evener as planned. Load: its memory or CPU use, the larger. */
  z.object({ kind: z.literal('less-even'), loadAfter: percent }),
]);

export const refusalSchema = z.object({ host: z.string(), reasons: z.array(refusalReasonSchema).min(1) });

const plannedVm = {
  uuid: z.string(),
  name: z.string(),
  /** The failed host it ran on; null if it ran nowhere. */
  home: z.string().nullable(),
  /** Index into the policy's tiers. */
  tier: z.number().int().nonnegative(),
};

export const plannedStartSchema = z.object({
  ...plannedVm,
  outcome: z.literal('start'),
  host: z.string(),
  /** Place in the order of starts, from 1. */
  position: z.number().int().positive(),
  /** Its host is beyond its CPU threshold then; absent: it is not. */
  overCpu: z.object({ percentAfter: percent, threshold: percent }).optional(),
  /** Every other host, judged with all the rest of the plan in place. */
  refused: z.array(refusalSchema),
});

export const plannedStaysDownSchema = z.object({
  ...plannedVm,
  outcome: z.literal('stays-down'),
  /**
   * `rule`: the policy says leave down. `unprotected`: it cannot be started elsewhere, see `detail`. `no-host`: no plan
   * that starts the same VMs above it can start it. `undecided`: the search ended at its bound before it was known.
   */
  cause: z.enum(['rule', 'unprotected', 'no-host', 'undecided']),
  detail: z.string().optional(),
  /** Every host, judged with only the VMs of higher priority in place. Empty for `rule` and `unprotected`. */
  refused: z.array(refusalSchema),
});

export const hostForecastSchema = z.object({
  host: z.string(),
  memoryFree: bytes,
  memoryFreeAfter: bytes,
  cpuPercent: percent,
  cpuPercentAfter: percent,
});

/** How far the plan is proved to be the best one. */
export const searchReportSchema = z.object({
  /** No plan is better by priority, and none honours the preferred hosts better. */
  exact: z.boolean(),
  /** Steps of search taken, and the bound. Counted, not timed: the same question has the same answer anywhere. */
  steps: z.number().int().nonnegative(),
  limit: z.number().int().positive(),
  /** VMs (uuid) of which it is not known whether they could be started. */
  undecided: z.array(z.string()),
  /** VMs (uuid) of which it is not known whether they could have got their preferred host. */
  undecidedPreferences: z.array(z.string()),
  /** `proved`: no equal plan spreads the load better. `improved`: moving or swapping one pair of VMs does not. */
  balance: z.enum(['proved', 'improved']),
});

export const planSchema = z.object({
  failed: z.array(z.string()),
  /** In restart order. */
  vms: z.array(z.discriminatedUnion('outcome', [plannedStartSchema, plannedStaysDownSchema])),
  /** The hosts that are left, by name, before and after the plan. */
  hosts: z.array(hostForecastSchema),
  search: searchReportSchema,
});

/** What would happen if this host failed now. */
export const readinessSchema = z.object({ host: z.string(), plan: planSchema });

export type RefusalReason = z.infer<typeof refusalReasonSchema>;
export type Refusal = z.infer<typeof refusalSchema>;
export type PlannedStart = z.infer<typeof plannedStartSchema>;
export type PlannedStaysDown = z.infer<typeof plannedStaysDownSchema>;
export type HostForecast = z.infer<typeof hostForecastSchema>;
export type Plan = z.infer<typeof planSchema>;
export type Readiness = z.infer<typeof readinessSchema>;
